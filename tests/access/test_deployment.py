"""A server that others reach: what it wants settled first, and how it treats them then."""

from __future__ import annotations

import contextlib
import http.client
import http.cookies
import re
import shutil
import sqlite3
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.cli.served import Served, environment, free_port, run, served

SECRET = "s3cr3t-" + "k" * 60
PASSWORD = "horse-battery-staple"
SETTLED = {"ALLOWED_HOSTS": "shop.example.org", "SECRET_KEY": SECRET}
ADMIN = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
MAKE_ADMIN = ("createsuperuser", "--noinput", "--username", "root", "--email", "root@localhost")
HOSTS, KEY, NOBODY = "ALLOWED_HOSTS is not set", "SECRET_KEY is not set", "There is no admin"


def settle(data: Path) -> None:
    """Make the database and its first admin."""
    for command in (("migrate", "-v0"), MAKE_ADMIN):
        done = run(*command, env=environment(data, **ADMIN), cwd=data)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deployed")
    settle(folder)
    return folder


@pytest.fixture
def settled(data: Path, tmp_path: Path) -> Path:
    """A folder of its own, in which all is settled."""
    shutil.copytree(data, tmp_path, dirs_exist_ok=True)
    return tmp_path


class TestRefusals:
    """`tradepost serve` names each thing that is missing, with the command that mends it."""

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
    def test_all_at_once(self, tmp_path: Path, host: str) -> None:
        ended = run("serve", "--host", host, env=environment(tmp_path), cwd=tmp_path)

        # An address that this machine does not have is told before.
        if "cannot be used" not in ended.stderr:
            for missing in (HOSTS, KEY, NOBODY, "echo 'ALLOWED_HOSTS=", "createsuperuser"):
                assert missing in ended.stderr
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr

    @pytest.mark.parametrize(
        ("changed", "missing"),
        [
            ({"ALLOWED_HOSTS": ""}, HOSTS),
            ({"SECRET_KEY": ""}, KEY),
            ({"SECRET_KEY": "x" * 49}, KEY),
        ],
    )
    def test_one_alone(self, data: Path, changed: dict[str, str], missing: str) -> None:
        env = environment(data, PORT=str(free_port()), **(SETTLED | changed))

        ended = run("serve", "--host", "0.0.0.0", env=env, cwd=data)

        assert ended.returncode == 1
        told = [one for one in (HOSTS, KEY, NOBODY) if one in ended.stderr]
        assert told == [missing]

    @pytest.mark.parametrize(
        "change",
        [
            "DELETE FROM account",
            "UPDATE account SET role='operator', is_active=1",
            "UPDATE account SET is_active=0",
        ],
    )
    def test_an_admin_who_can_sign_in(self, settled: Path, change: str) -> None:
        with contextlib.closing(sqlite3.connect(settled / "tradepost.sqlite3")) as database:
            database.execute(change)
            database.commit()
        env = environment(settled, PORT=str(free_port()), **SETTLED)

        ended = run("serve", "--host", "0.0.0.0", env=env, cwd=settled)

        assert [one for one in (HOSTS, KEY, NOBODY) if one in ended.stderr] == [NOBODY]

    @pytest.mark.parametrize("given", ["proxy", "10.0.0.1/8", "127.0.0.1,", "1.2.3"])
    def test_what_is_no_network(self, tmp_path: Path, given: str) -> None:
        env = environment(tmp_path, TRUSTED_PROXIES=given)

        ended = run("serve", env=env, cwd=tmp_path)

        assert ended.returncode == 1
        assert ended.stderr.startswith("tradepost: TRUSTED_PROXIES: ")
        assert "is not an address such as 127.0.0.1, or a network" in ended.stderr
        assert len(ended.stderr.splitlines()) == 1

    def test_behind_a_proxy_on_this_machine_too(self, tmp_path: Path) -> None:
        env = environment(tmp_path, PORT=str(free_port()), TRUSTED_PROXIES="127.0.0.1")

        ended = run("serve", env=env, cwd=tmp_path)

        assert ended.returncode == 1
        assert HOSTS in ended.stderr


class Browser:
    """Speaks to the server as a proxy would: with cookies, redirects followed by hand."""

    def __init__(self, server: Served, **headers: str) -> None:
        self.address = server.url.removeprefix("http://")
        self.headers = {"Host": "shop.example.org"} | headers
        self.cookies: dict[str, str] = {}

    def ask(
        self, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, Message, str]:
        """GET a path, or POST a form to it; return status, headers and body."""
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = self.headers | ({"Cookie": jar} if jar else {}) | headers
        body = None
        if form is not None:
            body = urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.request("GET" if form is None else "POST", path, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        for line in answer.headers.get_all("Set-Cookie", ()):
            for name, cookie in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = cookie.value
        return answer.status, answer.headers, text

    def send(self, path: str, **fields: str) -> tuple[int, Message, str]:
        """Open a page with a form, and send it filled in."""
        _, _, page = self.ask(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None, page
        return self.ask(path, fields | {"csrfmiddlewaretoken": token[1]})


@pytest.fixture(scope="module")
def behind_proxy(data: Path) -> Iterator[Served]:
    """A server that trusts a proxy on this machine, and logs all it can."""
    settings = SETTLED | {"TRUSTED_PROXIES": "127.0.0.1", "LOG_LEVEL": "DEBUG"}
    with served(data, **settings) as server:
        yield server


HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}


class TestBehindAProxy:
    """TLS ends at the proxy, whose word is taken; nobody else's is."""

    def test_nobody_is_served_for_being_on_this_machine(self, behind_proxy: Served) -> None:
        plain = Browser(behind_proxy, **HTTPS)

        assert plain.ask("/api/v1/players")[0] == 401
        status, headers, _ = plain.ask("/players/")
        assert (status, headers["Location"]) == (302, "/account/login/?next=/players/")

    def test_plain_http_is_sent_to_https(self, behind_proxy: Served, data: Path) -> None:
        status, headers, _ = Browser(behind_proxy).ask("/players/")
        assert (status, headers["Location"]) == (301, "https://shop.example.org/players/")

        make = ("key", "make", "plain", "--scope", "trade")
        key = run(*make, env=environment(data), cwd=data).stdout.strip()
        bearer = {"Authorization": f"Bearer {key}"}
        for _ in range(2):
            status, _, _ = Browser(behind_proxy).ask("/api/v1/trades", {}, **bearer)
            assert status == 301

    def test_probes_come_as_they_are(self, behind_proxy: Served) -> None:
        assert Browser(behind_proxy).ask("/livez")[0] == 200
        assert Browser(behind_proxy).ask("/readyz")[0] == 200

    def test_browsers_are_told_to_stay_with_https(self, behind_proxy: Served) -> None:
        _, headers, _ = Browser(behind_proxy, **HTTPS).ask("/account/login/")

        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        cookie = headers["Set-Cookie"]
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))

    def test_a_hot_route_says_the_same(self, behind_proxy: Served, data: Path) -> None:
        make = ("key", "make", "hot", "--scope", "trade", "--scope", "read")
        key = run(*make, env=environment(data), cwd=data).stdout.strip()
        browser = Browser(behind_proxy, **HTTPS, Authorization=f"Bearer {key}")
        assert browser.ask("/players/bulk-create/", {})[0] == 302
        _, listed, _ = browser.ask("/api/v1/players")

        terms = {"sellID": "1", "buyID": "2", "amount": "1", "price": "1"}
        status, made, _ = browser.ask("/player/trade", terms)

        assert status == 200
        for name in ("Strict-Transport-Security", "Content-Security-Policy", "X-Frame-Options"):
            assert made[name] == listed[name]
            assert made[name]

    @pytest.mark.parametrize("host", ["evil.example", "shop.example.org.evil", "", "a b"])
    def test_another_host_is_refused(self, behind_proxy: Served, host: str) -> None:
        """Also where the proxy's own header names ours."""
        browser = Browser(behind_proxy, **HTTPS | {"Host": host})

        assert browser.ask("/livez", **{"X-Forwarded-Host": "shop.example.org"})[0] == 400

    def test_a_forwarded_host_is_not_believed(self, behind_proxy: Served) -> None:
        browser = Browser(behind_proxy, **{"X-Forwarded-Host": "evil.example"})

        _, headers, _ = browser.ask("/players/")

        assert headers["Location"] == "https://shop.example.org/players/"


class TestTrust:
    """A server without a trusted proxy hears nothing of what one would say."""

    @pytest.fixture
    def exposed(self, data: Path) -> Iterator[Served]:
        with served(data, "--host", "0.0.0.0", **SETTLED) as server:
            yield server

    def test_forwarded_headers_are_nobodys(self, exposed: Served) -> None:
        assert exposed.greeting[2].startswith("Warning:  no TLS")
        browser = Browser(exposed, **HTTPS | {"X-Forwarded-For": "127.0.0.1"})

        status, headers, _ = browser.ask("/api/v1/players")

        assert status == 401
        assert "Strict-Transport-Security" not in headers


def test_a_stopping_server_stores_the_last_use_of_keys(settled: Path) -> None:
    done = run("key", "make", "used", "--scope", "read", env=environment(settled), cwd=settled)
    bearer = {"Authorization": f"Bearer {done.stdout.strip()}"}
    with served(settled, **SETTLED) as server:
        assert Browser(server).ask("/api/v1/players", **bearer)[0] == 200
        server.interrupt()
        server.printed()

    with contextlib.closing(sqlite3.connect(settled / "tradepost.sqlite3")) as database:
        ((used,),) = database.execute("SELECT last_used_at FROM api_key WHERE name = 'used'")
    assert used is not None


def test_no_secret_reaches_the_log(data: Path) -> None:
    """Passwords, keys, sessions, tokens, links that let somebody in: each is used, none logged."""
    settings = SETTLED | {"TRUSTED_PROXIES": "127.0.0.1", "LOG_LEVEL": "DEBUG"}
    done = run("key", "make", "logged", "--scope", "read", env=environment(data), cwd=data)
    key = done.stdout.strip()
    with served(data, **settings) as server:
        browser = Browser(server, **HTTPS, Referer="https://shop.example.org/")
        assert browser.send("/account/login/", login="root", password="wrong-" + PASSWORD)[0] == 200
        assert browser.send("/account/login/", login="root", password=PASSWORD)[0] == 302
        assert browser.ask("/api/v1/players")[0] == 200
        session, token = browser.cookies["sessionid"], browser.cookies["csrftoken"]
        stranger = Browser(server, **HTTPS, Referer="https://shop.example.org/")
        assert stranger.send("/account/password/reset/", email="root@localhost")[0] == 302
        (mail,) = (data / "mail").iterdir()
        link = re.search(r"/account/password/reset/key/(\S+?)/\s", mail.read_text())
        assert link is not None
        assert stranger.ask(f"/account/password/reset/key/{link[1]}/")[0] == 302
        for given in (key, key + "x", f"{key}/nothing"):
            stranger.ask("/api/v1/players", Authorization=f"Bearer {given}")
        assert stranger.ask(f"/player/{key}?key={key}", Authorization=f"Bearer {key}")[0] == 404
        server.interrupt()
        printed = server.printed()

    secrets = {
        "password": PASSWORD,
        "key": key[11:],
        "session": session,
        "token": token,
        "link": link[1],
        "SECRET_KEY": SECRET,
    }
    assert printed.count("POST /account/login/") == 2
    assert {name for name, secret in secrets.items() if secret in printed} == set()
    assert mail.parent.stat().st_mode & 0o077 == 0
