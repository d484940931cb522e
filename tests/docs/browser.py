"""A minimal browser for tests: it keeps cookies, fills in forms and submits them."""

from __future__ import annotations

import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar

TIMEOUT_S = 30


class Form:
    """A form on a page.

    Attributes:
        action: The URL it is sent to; if empty, the page itself.
        fields: The values it would send unchanged.
    """

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}


class _Forms(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._open = Form(given.get("action", ""))
            self.found.append(self._open)
        elif self._open and tag in ("input", "select", "textarea") and "name" in given:
            self._open.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


class Browser:
    """A visitor of the server at this URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def send(self, path: str, **filled: str) -> str:
        """Open a page, submit its form that has these fields, and return the next page."""
        page = self._opener.open(self.url + path, timeout=TIMEOUT_S).read().decode()
        forms = _Forms()
        forms.feed(page)
        form = next(
            form
            for form in forms.found
            if filled.keys() <= form.fields.keys() and "logout" not in form.action
        )
        sent = urllib.parse.urlencode(form.fields | filled).encode()
        target = urllib.parse.urljoin(self.url + path, form.action)
        answer = self._opener.open(target, data=sent, timeout=TIMEOUT_S)
        return str(answer.read().decode())
