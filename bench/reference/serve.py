"""R1: the reference under Tradepost's own server: `python -m bench.reference.serve PORT`."""

from __future__ import annotations

import os
import sys

from django.core.wsgi import get_wsgi_application

from tradepost.cli.server import Server, listen
from tradepost.config.threads import Receive, Scope, Send, WsgiThreads

# The more processes the faster it is: as many as there are processors.
WORKERS, THREADS = os.cpu_count() or 1, 16
BODY_MAX = 1_000_000


class Application:
    """Serves Django in threads, as Tradepost serves what is not on its fastest path."""

    def __init__(self) -> None:
        self.django = WsgiThreads(get_wsgi_application(), threads=THREADS, body_max=BODY_MAX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or agree to the server's start and stop."""
        if scope["type"] == "http":
            await self.django(scope, receive, send)
            return
        while (said := (await receive())["type"]) != "lifespan.shutdown":
            await send({"type": f"{said}.complete"})
        await send({"type": f"{said}.complete"})


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.reference.settings")
    listener = listen("127.0.0.1", int(sys.argv[1]))
    Server(Application(), listener, workers=WORKERS, proxies=(), when_ready=lambda: None).run()
