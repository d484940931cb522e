"""The invariants over the tables, rebuilt from the entries. Trusts no service."""
