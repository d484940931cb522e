"""What the machine says of itself: processor time, memory, stolen time, the price of a sync."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple

PROC = Path("/proc")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20
SYNCS = 300
SYNCED = b"\0" * 4096


class Spent(NamedTuple):
    """Ticks of all processors since the machine started."""

    stolen: int
    busy: int
    all: int

    def stolen_since(self, earlier: Spent) -> float:
        """Return which share of the time since then the host gave to others."""
        spent = self.all - earlier.all
        return (self.stolen - earlier.stolen) / spent if spent else 0.0

    def other_since(self, earlier: Spent, known_s: float) -> float:
        """Return which share of the time went to work but the known, the system's own included."""
        spent = self.all - earlier.all
        other = self.busy - earlier.busy - known_s * TICKS_PER_S
        return max(other / spent, 0.0) if spent else 0.0


def spent() -> Spent:
    """Return how the processors spent their time."""
    # user nice system idle iowait irq softirq steal; guests' time is in user's already.
    first = (PROC / "stat").read_text().partition("\n")[0]
    ticks = [int(field) for field in first.split()[1:9]]
    idle, iowait, stolen = ticks[3], ticks[4], ticks[7]
    return Spent(stolen, sum(ticks) - idle - iowait - stolen, sum(ticks))


def tree(root: int) -> list[int]:
    """Return a process and all below it."""
    children = defaultdict(list)
    for folder in PROC.glob("[0-9]*"):
        pid = int(folder.name)
        if fields := _stat(pid):
            children[int(fields[1])].append(pid)
    found = [root]
    for pid in found:
        found += children[pid]
    return found


def cpu_s(root: int) -> float:
    """Return the processor time of a process and all below it, those that ended included."""
    ticks = 0
    for pid in tree(root):
        # utime stime cutime cstime are fields 14 to 17; state is field 3.
        ticks += sum(int(field) for field in _stat(pid)[11:15])
    return ticks / TICKS_PER_S


def rss_mib(root: int) -> float:
    """Return the resident memory of a process and all below it; what they share counts twice."""
    return sum(map(_resident_mib, tree(root)))


def largest_mib(root: int) -> float:
    """Return the resident memory of the largest process among a process and its descendants."""
    return max(map(_resident_mib, tree(root)))


def fdatasync_us() -> float:
    """Return the median price of making 4 KiB durable, where the databases are."""
    prices = []
    with tempfile.TemporaryFile(buffering=0) as file:
        for _ in range(SYNCS):
            file.write(SYNCED)
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            prices.append((time.perf_counter() - begun) * 1e6)
    return median(prices)


def described() -> dict[str, str]:
    """Return what a reader has to know of the machine."""
    lines = (PROC / "cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = (PROC / "meminfo").read_text().split()[1]
    return {
        "cpu": f"{len(os.sched_getaffinity(0))} x {models[0] if models else platform.machine()}",
        "memory": f"{int(memory) / 2**20:.0f} GiB",
        "kernel": platform.release(),
    }


def _resident_mib(pid: int) -> float:
    with suppress(OSError, IndexError):
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * PAGE_MIB
    return 0.0


def _stat(pid: int) -> list[str]:
    """Return the fields of a process's state from the third on; none when it is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
