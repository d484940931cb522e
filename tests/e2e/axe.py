"""Accessibility violations that axe finds on a page."""

from __future__ import annotations

from collections.abc import Collection

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]}
# The rules that look at colours, sizes and scrolling; all others look at the document alone.
LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
RUN = "options => axe.run(options).then(one => one.violations)"


def violations(
    page: Page, *, without: Collection[str] = (), only: Collection[str] = ()
) -> list[str]:
    """Return the violations on a page, one line for each element.

    Args:
        without: Rules to skip.
        only: The rules to check; if empty, those of the standards.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = OPTIONS | {"rules": {rule: {"enabled": False} for rule in without}}
    if only:
        options = OPTIONS | {"runOnly": {"type": "rule", "values": list(only)}}
    return [
        f"{one['id']}: {node['target']} {node['html'][:150]} {node['failureSummary'][:300]}"
        for one in page.evaluate(RUN, options)
        for node in one["nodes"]
    ]
