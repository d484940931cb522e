"""One database with all that is served from it: measured case by case, checked after each."""

from __future__ import annotations

import json
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from bench import databases, filling, invariants, loads, machine, processes
from bench.cases import DIRECT, DRIVER, R0, R1, REFERENCES, Case, Data
from bench.databases import Database
from bench.invariants import Void
from bench.load.plan import Plan
from bench.processes import App, Failed, python, reference, reference_environment, tradepost
from bench.results import Measurement

SEED = 20_250_101


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
        name = databases.REFERENCE if case.system in REFERENCES else databases.OURS
        app = None if case.system == DRIVER else self._app(case.system)
        if not self._is_kept:
            filling.fill(self.database, name, self.data)
        before = filling.totals(self.database, name, self.data)
        command = python("-m", "bench.driver" if app is None else "bench.load")
        slow = self.database.slow_commits() if case.slow else nullcontext()
        price = machine.fdatasync_us()
        try:
            with slow:
                tally, cost = loads.run(
                    command,
                    self._plan(case, round_number, app),
                    self.ours,
                    app=app.pid if app else None,
                    database=self.database.pid,
                )
        except Failed as failure:
            raise Failed(f"{failure}\n{app.told() if app else ''}") from None
        # Pages are counted as trades are, but make none.
        answered = replace(tally, total=0, in_doubt=0) if case.read else tally
        try:
            after = filling.totals(self.database, name, self.data)
            invariants.check(before, after, answered)
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
        )

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
            seconds=self.timing.seconds,
            warmup=self.timing.warmup,
            batch=case.batch,
            close=case.close,
        )

    def _app(self, system: str) -> App:
        if system not in self.apps:
            self.apps[system] = self._serve(system)
        return self.apps[system]

    def _serve(self, system: str) -> App:
        at = processes.port()
        if system in REFERENCES:
            more = reference_environment(system, self.database.django)
            if not self.apps.keys() & set(REFERENCES):
                # In the form of R0: the checks of R1 miss the middleware that it does without.
                processes.require(
                    reference("migrate", "--run-syncdb", "--verbosity=0"),
                    reference_environment(R0, self.database.django),
                    self.folder,
                )
            command = {
                R0: reference("runserver", "--noreload", f"127.0.0.1:{at}"),
                R1: python("-m", "bench.reference.serve", str(at)),
            }[system]
        else:
            more = self.ours | {"PORT": str(at)}
            alone = python("-m", "bench.ungrouped", "serve")
            command = alone if system == DIRECT else tradepost("serve")
        serving = processes.served(system, command, at, more, self.folder)
        return self.stack.enter_context(serving)
