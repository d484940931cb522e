"""A new project's settings, or those of R1; the database is told as JSON."""

from __future__ import annotations

import importlib.util
import json
import os

import pymysql

_TUNED = os.environ["REFERENCE_FORM"] == "R1"

DEBUG = not _TUNED
SECRET_KEY = "only for the benchmark"  # noqa: S105 - guards nothing
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "bench.reference",
]
# Those of a new project, without the guard of forms, which the document takes out.
_DEFAULT_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
MIDDLEWARE = [] if _TUNED else _DEFAULT_MIDDLEWARE
ROOT_URLCONF = "bench.reference.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": json.loads(os.environ["REFERENCE_DATABASE"])
    | {"CONN_MAX_AGE": None if _TUNED else 0}
}
# The tutorial's driver for TiDB is mysqlclient; PyMySQL takes its place where it is missing.
if importlib.util.find_spec("MySQLdb") is None:
    pymysql.install_as_MySQLdb()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
USE_TZ = True
