"""Importing products from a file: read it, check every row, show a preview, import.

Of the import-export library only the formats for writing files are used. Its import writes rows
itself, in its own transaction, and its dry run is a write that is rolled back; products have to be
written by their services. Its readers have no limits, and read a formula as its last value.
"""
