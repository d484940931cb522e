"""The benchmark: Tradepost against the tutorials' own code, on private servers (`make bench`)."""
