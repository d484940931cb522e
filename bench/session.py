"""One database with all that is served from it: measured case by case, checked after each."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import NamedTuple

from bench import databases, filling, invariants, loads, machine, processes, serving
from bench.cases import DRIVER, FRESH, Case, Data
from bench.databases import Database
from bench.invariants import Void
from bench.load.plan import Plan, Tally
from bench.loads import Cost
from bench.processes import App, Failed, python, tradepost
from bench.results import Measurement
from bench.serving import database_of

SEED = 20_250_101
# How long a load with a number of trades may take.
COUNTED_S = 600


class Timing(NamedTuple):
    """How long each load lasts, in seconds."""

    warmup: float
    seconds: float


class Session:
    """A private database, and applications that are started when they are first needed.

    Args:
        stack: Ends with the session.
        folder: For logs, and for the databases that are files.
    """

    def __init__(
        self, stack: ExitStack, engine: str, data: Data, folder: Path, timing: Timing
    ) -> None:
        self.stack = stack
        self.data = data
        self.folder = folder
        self.timing = timing
        self.database: Database = stack.enter_context(databases.start(engine, folder))
        self.apps: dict[str, App] = {}
        self.made = {databases.OURS}
        self.taken = 0
        self.ours = {
            "DATABASE_URL": self.database.url,
            "TRADEPOST_DATA": str(folder),
            "SECRET_KEY": "only for the benchmark",
        }
        processes.require(tradepost("migrate", "--verbosity=0"), self.ours, folder)
        if self._is_kept:
            filling.fill(self.database, databases.OURS, data)

    @property
    def _is_kept(self) -> bool:
        """Whether the data are too many to be filled in anew for each load."""
        return self.data.history > 1

    def take(self, case: Case, round_number: int) -> Measurement:
        """Measure a case on fresh data, and check what the load left behind.

        Raises:
            Void: An invariant is broken.
            Failed: Something did not run.
        """
        self.taken += 1
        name = database_of(case.system)
        with ExitStack() as own:
            app = None if case.system == DRIVER else self._app(case.system, own)
            if not self._is_kept:
                filling.fill(self.database, name, self.data)
            before = filling.totals(self.database, name, self.data)
            price = machine.fdatasync_us()
            tally, cost = self._load(self._plan(case, round_number, app), app, slow=case.slow)
        try:
            after = filling.totals(self.database, name, self.data)
            invariants.check(before, after, tally)
            if name == databases.OURS and not self._is_kept:
                self._audit()
        except Void as void:
            raise Void(f"{case.name}, round {round_number}: {void}") from void
        return Measurement(
            case=case,
            round=round_number,
            tally=tally,
            stolen=cost.stolen,
            other=cost.other,
            fdatasync_us=price,
            app_cpu_s=cost.app_cpu_s,
            database_cpu_s=cost.database_cpu_s,
            rss_mib=cost.rss_mib,
            worker_mib=cost.worker_mib,
            start_s=app.start_s if app else 0.0,
        )

    def _load(self, plan: Plan, app: App | None, *, slow: bool) -> tuple[Tally, Cost]:
        command = python("-m", "bench.driver" if app is None else "bench.load")
        pid = app.pid if app else None
        with self.database.slow_commits() if slow else nullcontext():
            try:
                return loads.run(command, plan, self.ours, app=pid, database=self.database.pid)
            except Failed as failure:
                raise Failed(f"{failure}\n{app.told() if app else ''}") from None

    def finish(self) -> None:
        """Audit what was not audited after each load.

        Raises:
            Void: Something is broken.
        """
        if self._is_kept:
            self._audit()

    def _audit(self) -> None:
        """Let Tradepost's own audit look at its database.

        Raises:
            Void: It found something broken.
        """
        status, printed = processes.run(tradepost("audit", "--json"), self.ours, self.folder)
        if status == 0:
            return
        try:
            found = json.loads(printed)["invariants"]
        except (ValueError, KeyError):
            raise Void(f"the audit ended with {status}: {printed[-1000:]}") from None
        broken = [f"{one['claim']} {one['breaches']}" for one in found if not one["holds"]]
        raise Void(f"the audit says: {'; '.join(broken)}")

    def _plan(self, case: Case, round_number: int, app: App | None) -> Plan:
        return Plan(
            port=app.port if app else 0,
            dialect=case.dialect,
            mix=case.mix,
            clients=case.clients,
            players=case.players,
            seed=SEED + round_number,
            # A kept database knows the keys of the loads before.
            key=f"{case.name}-{round_number}-{self.taken}",
            seconds=COUNTED_S if case.trades else self.timing.seconds,
            warmup=0 if case.trades else self.timing.warmup,
            requests=case.trades // case.clients,
            batch=case.batch,
            close=case.close,
        )

    def _app(self, system: str, own: ExitStack) -> App:
        """Return an application that serves, until this load or the session ends."""
        if system == FRESH:
            return own.enter_context(self._served(system))
        if system not in self.apps:
            if database_of(system) not in self.made:
                self._make(database_of(system))
            self.apps[system] = self.stack.enter_context(self._served(system))
        return self.apps[system]

    def _make(self, name: str) -> None:
        """Create the database and tables of another system."""
        self.made.add(name)
        self.database.create(name)
        serving.migrate(name, self.database, self.folder)

    def _served(self, system: str) -> AbstractContextManager[App]:
        at = processes.port()
        how, more = serving.of(system, at, self.database, self.ours, self.folder)
        return processes.served(system, how, at, more, self.folder)
