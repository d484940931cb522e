"""The pages of accounts, which are everybody's: what those inside are answered, and the others.

An L after a status sends to where one signs in.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.access.table import path_of

TABLE = r"""
account/                                                               200 405    302L 405
account/2fa/                                                           200 405    302L 302L
account/2fa/authenticate/                                              302 302    302 302
account/2fa/reauthenticate/                                            302 302    302L 302L
account/2fa/recovery-codes/                                            404 405    302L 302L
account/2fa/recovery-codes/download/                                   404 404    302L 302L
account/2fa/recovery-codes/generate/                                   302 302    302L 302L
account/2fa/totp/activate/                                             302 302    302L 302L
account/2fa/totp/deactivate/                                           404 404    302L 302L
account/confirm-email/(?P<key>[-:\w]+)/$                               200 404    200 404
account/email/                                                         200 302    302L 302L
account/inactive/                                                      200 405    200 405
account/login/                                                         302 302    200 200
account/logout/                                                        200 302    302 302
account/password/change/                                               200 200    302L 302L
account/password/reset/                                                200 200    200 200
account/password/reset/done/                                           200 405    200 405
account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$      200 200    200 200
account/password/reset/key/done/                                       200 405    200 405
account/password/set/                                                  302 302    302L 302L
account/reauthenticate/                                                200 200    302L 302L
account/signup/                                                        302 302    200 200
backoffice/login/                                                      302L 302L  302L 302L
"""
Answers = dict[str, tuple[int, bool]]


class Door(NamedTuple):
    """A page of accounts.

    Attributes:
        inside: The answer to somebody who is signed in, by method.
        outside: To everybody else.
    """

    pattern: str
    inside: Answers
    outside: Answers

    @property
    def path(self) -> str:
        """A path that the pattern fits."""
        return path_of(self.pattern)


def _answers(get: str, post: str) -> Answers:
    return {
        method: (int(status.removesuffix("L")), status.endswith("L"))
        for method, status in (("GET", get), ("POST", post))
    }


def _door(line: str) -> Door:
    pattern, *statuses = line.split()
    return Door(pattern, _answers(*statuses[:2]), _answers(*statuses[2:]))


DOORS = [_door(line) for line in TABLE.strip().splitlines()]
