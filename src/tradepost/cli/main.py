"""The `tradepost` command, which reports errors that its user can fix in one sentence."""

import os
import sys
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import Error as DatabaseError
from environs import EnvError

from tradepost.cli.messages import database_error

USAGE = """\
usage: tradepost COMMAND [options]

  serve            serve HTTP
  migrate          create or update the database's tables
  seed             create players and a shop to try things with
  audit            check that no coin was lost, doubled or made up
  doctor           check what the database promises
  prune            delete old receipts
  key              make, list and revoke API keys
  createsuperuser  make an admin's account

`tradepost COMMAND --help` tells a command's options. Settings come from the environment or from
an .env file here: DATABASE_URL, TRADEPOST_DATA, PORT, SECRET_KEY, ALLOWED_HOSTS, LOG_LEVEL.
"""
BAD_USE = 2
INTERRUPTED, BROKEN_PIPE = 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    arguments = list(sys.argv if argv is None else argv)
    if len(arguments) < 2 or arguments[1] in ("-h", "--help", "help"):
        sys.stdout.write(USAGE)
        return 0 if len(arguments) > 1 else BAD_USE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
    try:
        execute_from_command_line(arguments)
    except DatabaseError as error:
        return _fail(database_error(error))
    except (ImproperlyConfigured, EnvError) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has closed it; flushing at exit would print another error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(f"tradepost: {message}\n")
    return 1
