"""Importing products from a file: read it, check every row, show what would be, do it.

The import-export library writes rows itself, inside its own transaction, and asks for each row by
itself; its dry run is a write that is rolled back. Products are written by their services, so of
the library we use the formats that write files, and read files with limits of our own: its readers
load whatever there is, and take a formula's last value for what somebody wrote.
"""
