"""Limits that hold for every engine, and that every connection gets."""

# How long a statement waits for a lock unless the caller says otherwise.
LOCK_WAIT_S = 5
# How long a connection may take to be made.
CONNECT_TIMEOUT_S = 5
# How long a silent server is waited for before the connection counts as lost.
SILENCE_TIMEOUT_S = 30
# How many parameters one statement may have: SQLite takes 999 by default (sqlite.org/limits.html).
STATEMENT_PARAMETERS = 900
# How many rows one statement writes where its parameters are not what limits it.
STATEMENT_ROWS = 1000
# How long a statement may become by long texts: MariaDB takes packets of 16 MiB by default, and a
# receipt holds the outcome of a whole batch.
STATEMENT_BYTES = 4 * 1024 * 1024
# Up to how many rows are locked by a statement each, where that is how rows are locked. More are a
# group's or a batch's, of which a process runs one at a time.
ROW_BY_ROW_MAX = 8
