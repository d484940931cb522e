"""Tradepost: a backend for anything that trades scarce things."""

__version__ = "0.1.0"
