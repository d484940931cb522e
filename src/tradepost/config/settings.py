"""Django's settings, from the environment and an ``.env`` file in the folder of the call."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from tradepost.config import data
from tradepost.engines import DATABASE_NAMES, database_settings

env = Env()
env.read_env(str(Path.cwd() / ".env"), recurse=False)

DEBUG = env.bool("DEBUG", False)

DATA_FOLDER = Path(env.str("TRADEPOST_DATA", "data")).absolute()
SECRET_KEY = env.str("SECRET_KEY", "") or data.secret_key(DATA_FOLDER)

# Open mode serves callers on this machine alone, so it answers to no other name.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

EMBEDDED_DATABASE = DATA_FOLDER / "tradepost.sqlite3"
DATABASES = {
    "default": database_settings(
        {name: env.str(name, "") for name in DATABASE_NAMES}, default_file=EMBEDDED_DATABASE
    )
    | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
}
DISABLE_COCKROACHDB_TELEMETRY = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # First, so that its `runserver` is the one.
    "tradepost.cli",
    "tradepost.txn",
    "tradepost.trading",
    "tradepost.shop",
    "django.contrib.staticfiles",
    "ninja",
]
MIDDLEWARE = [
    "tradepost.config.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "tradepost.config.middleware.OpenMode",
    "whitenoise.middleware.WhiteNoiseMiddleware",
]
ROOT_URLCONF = "tradepost.config.urls"
# Makes what `tradepost serve` serves.
SERVER_APPLICATION = "tradepost.config.asgi.make_application"
WSGI_APPLICATION = "tradepost.config.wsgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

# A POST is never redirected: every route answers with and without its last slash.
APPEND_SLASH = False
# Ten thousand trades with keys of their own have some two megabytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

# Do units that wait become one transaction (group), or has each its own (direct)?
TXN_EXECUTION = env.str("TRADEPOST_EXECUTION", "group")
if TXN_EXECUTION not in ("group", "direct"):
    raise ImproperlyConfigured(f"TRADEPOST_EXECUTION: {TXN_EXECUTION!r} is not group or direct")

# Where `tradepost serve` listens, unless its --port says otherwise.
PORT = env.str("PORT", "8000")

LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise ImproperlyConfigured(f"LOG_LEVEL: {LOG_LEVEL!r} is not a level")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "tradepost.config.logs.LineFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Our own line tells each request; Django's would tell the refused ones again.
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "ERROR", "handlers": [], "propagate": True},
    },
}
