"""Running a load in a process of its own, and what it cost meanwhile."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bench import machine
from bench.load.plan import BEGIN, END, Plan, Tally
from bench.processes import ROOT, Failed, environment

# How long a load may take beyond its plan: to draw, to start, and to wait for late answers.
SLACK_S = 60


class Probe(NamedTuple):
    """What had been spent at a moment."""

    spent: machine.Spent
    app_cpu_s: float
    database_cpu_s: float


class Cost(NamedTuple):
    """What a load cost within its measured time.

    Attributes:
        stolen: Share of the processors' time that the host gave to others.
        other: Share that went to other processes of this machine, and to the system.
        rss_mib: Resident memory of the application before and after.
        worker_mib: Of its largest process at the end.
    """

    stolen: float
    other: float
    app_cpu_s: float
    database_cpu_s: float
    rss_mib: tuple[float, float]
    worker_mib: float


def run(
    command: Sequence[str],
    plan: Plan,
    more: Mapping[str, str],
    *,
    app: int | None,
    database: int | None,
) -> tuple[Tally, Cost]:
    """Run a load and watch the processes that serve it.

    Args:
        app: The application's process; None where the load is its own application.
        database: The database's process; None where there is none.

    Raises:
        Failed: The load did not come to its end.
    """
    process = subprocess.Popen(
        [*command, plan.to_json()],
        env=environment(more),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(plan.warmup + plan.seconds + SLACK_S, process.kill)
    watchdog.start()
    try:
        with process:
            watched = _watch(process, process.pid if app is None else app, database)
            said = process.stderr.read() if process.stderr else ""
    finally:
        process.kill()
        watchdog.cancel()
    if watched is None or process.returncode:
        raise Failed(f"the load {plan.key} ended with {process.returncode}: {said[-1000:]}")
    return watched


def _watch(
    process: subprocess.Popen[str], app: int, database: int | None
) -> tuple[Tally, Cost] | None:
    """Look at the processes when the load says so; None where it did not come to its end."""
    memory, worker_mib, probes = [machine.rss_mib(app)], 0.0, list[Probe]()
    tally = None
    for line in process.stdout or ():
        said = line.rstrip()
        if said in (BEGIN, END):
            probes.append(_probe(app, database))
            memory.append(machine.rss_mib(app))
            worker_mib = machine.largest_mib(app)
            # A load that serves itself waits for this before it ends.
            if said == END and process.stdin:
                process.stdin.close()
        else:
            tally = Tally.from_json(said)
    if tally is None or len(probes) != 2:
        return None
    begin, end = probes
    app_cpu_s = end.app_cpu_s - begin.app_cpu_s
    database_cpu_s = end.database_cpu_s - begin.database_cpu_s
    client_cpu_s = 0.0 if app == process.pid else tally.cpu_s
    known_s = app_cpu_s + database_cpu_s + client_cpu_s
    return tally, Cost(
        end.spent.stolen_since(begin.spent),
        end.spent.other_since(begin.spent, known_s),
        app_cpu_s,
        database_cpu_s,
        (memory[0], memory[-1]),
        worker_mib,
    )


def _probe(app: int, database: int | None) -> Probe:
    return Probe(
        machine.spent(),
        machine.cpu_s(app),
        0.0 if database is None else machine.cpu_s(database),
    )
