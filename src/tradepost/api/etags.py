"""Entity tags of versions, and the conditions that name them (RFC 9110)."""

import re
from collections.abc import Iterator

from django.http import HttpRequest

from tradepost.errors import Malformed

# A tag in a list, and the comma after it; lists may have empty elements.
ELEMENT = re.compile(r'[ \t]*(?:(W/)?"([!#-~\x80-\xff]*)"[ \t]*)?(?:,|$)')


def etag(version: str) -> str:
    """Return the strong entity tag of a version."""
    return f'"{version}"'


def wanted_versions(request: HttpRequest) -> list[str] | None:
    """Return the versions that `If-Match` allows, or None if it allows all.

    Weak tags are dropped, because the comparison is strong.

    Raises:
        Malformed: The header is malformed.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    return [version for is_weak, version in _tags("If-Match", header) if not is_weak]


def is_known(request: HttpRequest, version: str) -> bool:
    """Return whether `If-None-Match` names a version, by weak comparison.

    Raises:
        Malformed: The header is malformed.
    """
    header = request.headers.get("If-None-Match")
    if header is None:
        return False
    known = header.strip() == "*"
    return known or version in [one for _, one in _tags("If-None-Match", header)]


def _tags(name: str, header: str) -> Iterator[tuple[bool, str]]:
    place, count = 0, 0
    while place < len(header):
        found = ELEMENT.match(header, place)
        if found is None:
            break
        place = found.end()
        if found[2] is not None:
            count += 1
            yield found[1] is not None, found[2]
    if place < len(header) or not count:
        raise Malformed(f'the header {name} takes * or tags in double quotes, such as "1", "2"')
