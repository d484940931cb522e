"""The reference: a Django project as the document's reader has it after typing it in.

Written from the description of document A (the player API), not copied: a table of players with
coins and goods, and a view that trades in one transaction. It lacks what Tradepost adds: no
ledger, no idempotency keys, no order in which rows are locked, no retry. That favours it.

It is served in two forms (`REFERENCE_FORM`): R0, with the settings of a new project and under
`runserver`; R1, without debugging and middleware, with connections that are kept, under
Tradepost's own server.
"""
