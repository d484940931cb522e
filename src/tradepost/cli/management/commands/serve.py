"""Serve HTTP."""

import ipaddress
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils.module_loading import import_string

from tradepost.cli import deployment, schema, server
from tradepost.cli.messages import database_name

PORTS = range(1, 65536)


class Command(BaseCommand):
    help = "Serve HTTP. The embedded database is made and migrated by itself."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", default=settings.PORT)
        parser.add_argument("--workers", type=int, default=1, help="processes")
        parser.add_argument(
            "--threads",
            type=int,
            default=16,
            help="threads for reads in each process; commands get half as many",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        host, port = _host(options["host"]), _port(options["port"])
        deployment.close_local_mode(host)
        settings.WORKERS = options["workers"]
        listener = server.listen(host, port)
        database = settings.DATABASES["default"]
        schema.require(migrate=database["NAME"] == str(settings.EMBEDDED_DATABASE))
        if not settings.LOCAL_MODE:
            deployment.require()
        # Each worker process opens its own connections.
        connections.close_all()
        make_application = import_string(settings.SERVER_APPLICATION)
        server.Server(
            make_application(threads=options["threads"]),
            listener,
            workers=options["workers"],
            when_ready=lambda: self._greet(host, port),
        ).run()

    def _greet(self, host: str, port: int) -> None:
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        if settings.LOCAL_MODE:
            hint = (
                f"Try:      curl -X POST {url}/api/v1/players/batch "
                """-d '{"players":[{"name":"ann"},{"name":"bob"}]}'"""
            )
        elif settings.HTTPS:
            hint = "Callers:  those who sign in, and programs with a key (`tradepost key make`)"
        else:
            hint = "Warning:  no TLS: name the proxy it ends at in TRUSTED_PROXIES, or be overheard"
        self.stdout.write(
            f"Tradepost serves on {url} (Ctrl-C stops it)\nDatabase: {database_name()}\n{hint}\n"
        )
        self.stdout.flush()


def _host(text: str) -> str:
    address = "127.0.0.1" if text == "localhost" else text.strip("[]")
    try:
        ipaddress.ip_address(address)
    except ValueError as error:
        raise CommandError(f"{text!r} is not an address such as 127.0.0.1 or 0.0.0.0.") from error
    return address


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) not in PORTS:
        raise CommandError(f"PORT {text!r} is not a port number from 1 to 65535.")
    return int(text)
