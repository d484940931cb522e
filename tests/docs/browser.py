"""A browser without a window: it keeps cookies, and fills in the forms that it finds."""

from __future__ import annotations

import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar

TIMEOUT_S = 30


class Form:
    """A form of a page.

    Attributes:
        action: Where it is sent; the page itself, if empty.
        fields: What would be sent as it stands.
    """

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}


class _Forms(HTMLParser):
    """Finds the forms that are sent by POST."""

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
    """Somebody at a page."""

    def __init__(self, url: str) -> None:
        self.url = url
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def send(self, path: str, **filled: str) -> str:
        """Open a page, fill in the form that has these fields, send it; return the next page."""
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
