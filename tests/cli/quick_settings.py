"""The product's settings for a served process, with a password hasher that is quick."""

from __future__ import annotations

from tradepost.config.settings import *  # noqa: F403

# The product's hasher, slow by design, still checks what it hashed.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
