"""Forms of the back office; each calls one service."""
