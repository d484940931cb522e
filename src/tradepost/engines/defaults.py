"""Default limits for every engine and connection."""

# How long a statement waits for a lock unless the caller says otherwise.
LOCK_WAIT_S = 5
# How long connecting may take.
CONNECT_TIMEOUT_S = 5
# How long a server may be silent before the connection counts as lost.
SILENCE_TIMEOUT_S = 30
# The most parameters of one statement: SQLite takes 999 by default (sqlite.org/limits.html).
STATEMENT_PARAMETERS = 900
# The most rows that one statement writes, if its parameters are not the limit.
STATEMENT_ROWS = 1000
# The most bytes of text in a statement: MariaDB accepts packets of 16 MiB by default, and a receipt
# may hold the outcome of a whole batch.
STATEMENT_BYTES = 4 * 1024 * 1024
# The most rows that are locked by one statement each, on engines that lock row by row. Only groups
# and batches have more, and a process runs one of those at a time.
ROW_BY_ROW_MAX = 8
