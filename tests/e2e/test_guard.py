"""The guard notices violations."""

from __future__ import annotations

from tests.e2e.conftest import Enter
from tests.e2e.guard import Guard

FORBIDDEN = {
    "fetch('http://192.0.2.1/').catch(() => 0)": "asked elsewhere: http://192.0.2.1/",
    "setTimeout(() => { throw new Error('broken') })": "script failed: broken",
    "console.error('odd')": "error in the console: odd",
    "fetch('/static/none.svg')": None,
    "document.body.append(Object.assign(new Image(), {src: '/static/no.svg'}))": "404 for GET",
}


def test_what_no_page_may_do_is_noticed(enter: Enter, guard: Guard) -> None:
    """A request elsewhere, a script's error, a missing file."""
    page = enter(None, bypass_csp=True)
    page.goto("/account/login/")

    for script in FORBIDDEN:
        page.evaluate(script)
    page.wait_for_load_state("networkidle")

    unseen = [said for said in FORBIDDEN.values() if said and said not in " ".join(guard.wrong)]
    assert unseen == [], guard.wrong
    assert len(guard.wrong) == len(FORBIDDEN) - 1
    guard.wrong.clear()


def test_the_policy_stops_inline_scripts(enter: Enter, guard: Guard) -> None:
    page = enter(None)
    page.goto("/account/login/")

    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        "document.body.append(s)"
    )

    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in one for one in guard.wrong), guard.wrong
    guard.wrong.clear()
