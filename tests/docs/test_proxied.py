"""The server as the example deploys it, asked as its proxy would ask."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from tests.cli.served import QUICK, Served, environment, run, served
from tests.docs.test_deploy import HOST, environment_file

TRIES = 10


class _Straight(urllib.request.HTTPRedirectHandler):
    """Does not follow redirects."""

    def redirect_request(self, *_args: object) -> None:
        return None


def ask(
    server: Served, path: str, *, form: dict[str, str] | None = None, **headers: str
) -> tuple[int, Message, str]:
    """Request a path with the site's host name; return status, headers and body."""
    given = {"Host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
    body = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(server.url + path, data=body, headers=given)
    try:
        with urllib.request.build_opener(_Straight).open(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with the example's settings, a secret key and an admin."""
    data: Path = tmp_path_factory.mktemp("deployed")
    given = {name: environment_file()[name] for name in ("ALLOWED_HOSTS", "TRUSTED_PROXIES")}
    given["SECRET_KEY"] = "only for this test, and long enough to be taken for a key of one's own"
    env = environment(data, DJANGO_SUPERUSER_PASSWORD="walnut-tray-77", **given)
    for command in (
        ("migrate", "-v0"),
        ("createsuperuser", "--no-input", "--username=ada", "--email=ada@example.org"),
        ("check", "--deploy", "--fail-level=WARNING"),
    ):
        ended = run(*command, env=env, cwd=data)
        assert ended.returncode == 0, ended.stderr
    with served(data, "--workers=2", **QUICK, **given) as running:
        yield running


def signed_in(server: Served, address: str, username: str, password: str = "wrong") -> str:
    """Try to sign in through the proxy; return the page, or the URL of the redirect."""
    from_there = {"X_Forwarded_Proto": "https", "X_Forwarded_For": address}
    _, headers, _ = ask(server, "/account/login/", **from_there)
    cookie = headers["Set-Cookie"].partition(";")[0]
    assert "Secure" in headers["Set-Cookie"]
    status, headers, page = ask(
        server,
        "/account/login/",
        form={
            "csrfmiddlewaretoken": cookie.partition("=")[2],
            "login": username,
            "password": password,
        },
        Cookie=cookie,
        Origin=f"https://{HOST}",
        **from_there,
    )
    return page if status == 200 else headers["Location"]


def test_guesses_are_counted_by_the_callers_address(server: Served) -> None:
    """An address that guesses passwords is stopped in every process, other addresses are not."""
    for place in range(TRIES):
        assert "Too many" not in signed_in(server, "203.0.113.8", f"guess-{place}")

    assert "Too many" in signed_in(server, "203.0.113.8", "ada", "walnut-tray-77")
    assert signed_in(server, "203.0.113.9", "ada", "walnut-tray-77") == "/"
