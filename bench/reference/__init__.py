"""The reference: a Django project as the document's reader has it after typing it in.

Written from the descriptions of document A (the player API) and of the note on race-free
purchases, not copied: players with coins and goods, and a view that trades in one transaction;
products with a stock, and a view that locks them in their order, checks, writes and adds an order.
It lacks what Tradepost adds: no ledger, no idempotency keys, no retry. That favours it.

It is served in two forms (`REFERENCE_FORM`): R0, with the settings of a new project and under
`runserver`; R1, without debugging and middleware, with connections that are kept, under
Tradepost's own server.
"""
