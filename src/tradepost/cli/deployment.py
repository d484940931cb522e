"""Settings that are required before other machines are served."""

import ipaddress

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError

from tradepost.access.rights import Role

SECRET_MIN_LENGTH = 50
COMMAND = 'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def close_local_mode(host: str) -> None:
    """Serve nobody without a key or a login, where others reach the address."""
    if not is_loopback(host):
        settings.LOCAL_MODE = False


def require() -> None:
    """Check that hosts, the secret key and an admin are set up.

    Raises:
        CommandError: Something is missing; the text says which, and the command that sets it.
    """
    missing = []
    if not settings.OWN_HOSTS:
        missing.append(
            "ALLOWED_HOSTS is not set. Name the hosts that people type:\n"
            "      echo 'ALLOWED_HOSTS=shop.example.org' >> .env"
        )
    if not settings.SECRET_KEY_GIVEN or len(settings.SECRET_KEY) < SECRET_MIN_LENGTH:
        missing.append(
            f"SECRET_KEY is not set, or has fewer than {SECRET_MIN_LENGTH} characters. Make one:\n"
            f'      echo "SECRET_KEY=$({COMMAND})" >> .env'
        )
    admins = get_user_model().objects.filter(role=Role.ADMIN, is_active=True)
    if not admins.exists():
        missing.append("There is no admin. Make the first one:\n      tradepost createsuperuser")
    if missing:
        raise CommandError(
            "Tradepost serves others than this machine only once this is settled:\n"
            + "\n".join(f"  {place}. {one}" for place, one in enumerate(missing, start=1))
        )
