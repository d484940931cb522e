"""The doctor: checks that the database guarantees what the core relies on."""

import datetime as dt
import enum
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.utils import timezone

from tradepost import txn
from tradepost.engines import Engine, Promise, engine_of
from tradepost.engines.tls import verifies_host
from tradepost.trading.models import BALANCE_MAX, Player

# How far the application's clock may differ from the database's, in seconds.
CLOCK_SKEW_MAX_S = 5.0


class Level(enum.Enum):
    """How severe a finding is."""

    OK = "ok"
    ADVICE = "advice"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The result of one check.

    Attributes:
        found: What the database answered.
        advice: What to change; empty if all is well.
        severity: How severe it is that there is something to change.
    """

    name: str
    found: str
    advice: str = ""
    severity: Level = Level.BROKEN

    @property
    def level(self) -> Level:
        return self.severity if self.advice else Level.OK


def examine() -> list[Diagnosis]:
    """Run every check."""
    engine = engine_of(connection)
    return [
        _version(engine),
        *(_kept(promise) for promise in engine.promises),
        _schema(),
        _checks(engine),
        _foreign_keys(),
        _clock(),
        *([_encryption()] if engine.takes_tls else []),
        _settings(),
    ]


def _version(engine: Engine) -> Diagnosis:
    version = connection.get_database_version()
    told, oldest = (
        ".".join(str(part) for part in parts) for parts in (version, engine.oldest_version)
    )
    advice = f"{oldest} is the oldest that is supported: upgrade the server"
    return Diagnosis(
        name="version",
        found=f"{engine.title} {told}",
        advice=advice if tuple(version) < engine.oldest_version else "",
    )


def _kept(promise: Promise) -> Diagnosis:
    with connection.cursor() as cursor:
        cursor.execute(promise.sql)
        row = cursor.fetchone()
    found = str(row[-1]) if row else "nothing"
    return Diagnosis(
        name=promise.name,
        found=found,
        advice="" if found.lower() in promise.kept else promise.advice,
        severity=Level.BROKEN if promise.required else Level.ADVICE,
    )


def _schema() -> Diagnosis:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unknown = executor.loader.applied_migrations.keys() - executor.loader.graph.nodes.keys()
    ours = {config.label for config in apps.get_app_configs()}
    newer = sorted(f"{app}.{name}" for app, name in unknown if app in ours)
    found, advice = "up to date", ""
    if missing:
        found, advice = f"{len(missing)} migrations are missing", "run `tradepost migrate`"
    elif newer:
        found = f"newer than this program: {', '.join(newer)}"
        advice = "run the program that made it, or a newer one"
    return Diagnosis(name="schema", found=found, advice=advice)


def _checks(engine: Engine) -> Diagnosis:
    """Try to break a constraint, and roll back: a listed constraint may not be enforced."""
    name = "balances are guarded"
    now = timezone.now()
    over = txn.Insert(
        Player, {"coins": BALANCE_MAX + 1, "goods": 0, "created_at": now, "updated_at": now}
    )
    try:
        refused = txn.is_refused(over)
    except DatabaseError as error:
        return Diagnosis(
            name=name,
            found=f"could not be tried: {str(error).splitlines()[0]}",
            advice="migrate first; the user needs INSERT on the tables",
        )
    if refused:
        return Diagnosis(name=name, found="CHECK constraints are enforced")
    floor = "; the column type guards zero" if engine.has_unsigned else ""
    return Diagnosis(
        name=name,
        found=f"CHECK constraints are not enforced{floor}",
        advice="the upper limit of balances is kept by the rules and the audit alone",
        severity=Level.ADVICE if engine.has_unsigned else Level.BROKEN,
    )


def _foreign_keys() -> Diagnosis:
    missing = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            keys = [
                field.column
                for field in model._meta.local_fields
                if isinstance(field, models.ForeignKey) and getattr(field, "db_constraint", True)
            ]
            if not keys:
                continue
            table = model._meta.db_table
            constraints = connection.introspection.get_constraints(cursor, table).values()
            leading = {found["columns"][0] for found in constraints if found["index"]}
            missing += [f"{table}.{column}" for column in keys if column not in leading]
    return Diagnosis(
        name="foreign keys have an index",
        found=f"without one: {', '.join(missing)}" if missing else "all",
        advice="make an index for each: deletes and joins scan the table" if missing else "",
        severity=Level.ADVICE,
    )


def _clock() -> Diagnosis:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        told = cursor.fetchone()[0]
    if isinstance(told, str):
        told = dt.datetime.fromisoformat(told)
    if told.tzinfo is None:
        told = told.replace(tzinfo=dt.UTC)
    skew_s = abs((timezone.now() - told).total_seconds())
    advice = "synchronize both clocks: API keys and sessions expire by this one"
    return Diagnosis(
        name="clock",
        found=f"{skew_s:.1f} s from the database's",
        advice=advice if skew_s > CLOCK_SKEW_MAX_S else "",
        severity=Level.ADVICE,
    )


def _encryption() -> Diagnosis:
    host = connection.settings_dict["HOST"]
    if verifies_host(connection.settings_dict["OPTIONS"]):
        return Diagnosis(name="TLS", found="certificate and host name are checked")
    if host in ("localhost", "127.0.0.1", "::1") or host.startswith("/"):
        return Diagnosis(name="TLS", found="not needed on this machine")
    return Diagnosis(
        name="TLS",
        found=f"{host} is not on this machine and nobody checks who answers there",
        advice="add tls=verify-full&ca=FILE to DATABASE_URL (or set CA_PATH)",
    )


def _settings() -> Diagnosis:
    return Diagnosis(
        name="debug",
        found="on" if settings.DEBUG else "off",
        advice="unset DEBUG: it shows settings to whoever meets an error" if settings.DEBUG else "",
        severity=Level.ADVICE,
    )
