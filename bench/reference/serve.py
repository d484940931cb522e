"""R1: the reference under Tradepost's own server: `python -m bench.reference.serve PORT`."""

from __future__ import annotations

import asyncio
import os
import sys

from django.core.wsgi import get_wsgi_application

from tradepost.cli.server import Server, listen
from tradepost.config.bridge import Bridge
from tradepost.config.requests import Http, Proxies, Scope

# The more processes the faster it is: as many as there are processors.
WORKERS, THREADS = os.cpu_count() or 1, 16
BODY_MAX = 1_000_000


class Application:
    """Serves Django in threads, as Tradepost serves what is not on its fastest path."""

    def __init__(self) -> None:
        self.proxies = Proxies(())
        self.django = Bridge(get_wsgi_application(), threads=THREADS, body_max=BODY_MAX)

    def __rsgi_init__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Do nothing: there is nothing to start."""

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        self.django.stop()

    async def __rsgi__(self, scope: Scope, http: Http) -> None:
        """Serve one request."""
        answer = await self.django.answer(self.proxies.request(scope), await http())
        http.response_bytes(answer.status, answer.headers, answer.content)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.reference.settings")
    listener = listen("127.0.0.1", int(sys.argv[1]))
    Server(Application(), listener, workers=WORKERS, when_ready=lambda: None).run()
