"""The settings that decide who gets in."""

from __future__ import annotations

import functools

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from tradepost.access.entry import EntryPolicy


def entry_policy() -> EntryPolicy:
    """Return the policy of the settings as they are now."""
    return _policy(
        settings.LOCAL_MODE,
        tuple(settings.ALLOWED_HOSTS),
        settings.SECURE_SSL_REDIRECT,
        tuple(settings.SECURE_REDIRECT_EXEMPT),
    )


@functools.lru_cache(maxsize=8)
def _policy(
    local_mode: bool,  # noqa: FBT001 - a key of the cache
    hosts: tuple[str, ...],
    https_only: bool,  # noqa: FBT001
    https_exempt: tuple[str, ...],
) -> EntryPolicy:
    @functools.lru_cache
    def is_own_host(host: str) -> bool:
        domain, _ = split_domain_port(host)
        return bool(domain) and validate_host(domain, hosts)

    return EntryPolicy(local_mode, is_own_host, https_only, https_exempt)
