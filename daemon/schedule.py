"""Scheduler of periodic work: ``python -m daemon.schedule``.

Each table of `daemon.schedule_entries` has its own thread, because upkeep must not delay a wake-up.
A lease for each table lets one scheduler of all hosts run it at a time.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog
from peewee import PeeweeException

from daemon.schedule_entries import SCHEDULE, SCHEDULES, ScheduleEntry
from daemon.start import start
from portal.config import Settings
from portal.logs import configure_logging
from portal.process import request_stop, should_stop, wait_for_stop
from portal.services.runtime import Runtime, open_runtime
from portal.services.work.leases import Claim

log = structlog.get_logger(__name__)

TICK_S = 1.0
LEASE_TTL_S = 15.0
# The other entries of its table wait for a slow one, so it is logged.
SLOW_ENTRY_S = 1.0


@dataclass
class Scheduler:
    """Runner of the entries that are due, while this process holds the lease ``name``."""

    runtime: Runtime
    entries: Sequence[ScheduleEntry] = SCHEDULE
    name: str = "schedule"
    claim: Claim = field(init=False)
    due_at_s: dict[ScheduleEntry, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.claim = Claim(self.name, LEASE_TTL_S)

    def run(self) -> None:
        """Run due entries until a stop is requested; an unexpected error stops the process."""
        try:
            while not should_stop():
                self.tick(time.monotonic())
                wait_for_stop(TICK_S)
        finally:
            request_stop()
            self.step_down()

    def tick(self, now_s: float) -> None:
        """Run what is due at ``now_s`` (monotonic); an unavailable database is only logged."""
        try:
            with self.runtime.database.connection_context():
                if self.claim.take():
                    for entry in self.entries:
                        self._run_if_due(entry, now_s)
        except PeeweeException as error:
            log.warning("schedule.database_unavailable", error=type(error).__name__)

    def _run_if_due(self, entry: ScheduleEntry, now_s: float) -> None:
        if now_s < self.due_at_s.get(entry, now_s):
            return
        self.due_at_s[entry] = now_s + entry.every_s
        started_s = time.monotonic()
        try:
            woken = entry.task(self.runtime)
        except Exception:
            log.exception("schedule.entry_failed", entry=entry.task.__name__)
            return
        taken_s = time.monotonic() - started_s
        if taken_s > SLOW_ENTRY_S:
            log.warning("schedule.slow", entry=entry.task.__name__, seconds=round(taken_s, 1))
        if woken:
            log.info("schedule.woke", entry=entry.task.__name__, count=woken)

    def step_down(self) -> None:
        """Release the lease, which saves another host the wait until it expires."""
        try:
            with self.runtime.database.connection_context():
                self.claim.release()
        except PeeweeException as error:
            log.warning("schedule.database_unavailable", error=type(error).__name__)


def run(settings: Settings) -> int:
    """Run the schedule until a stop is requested; return the exit status."""
    configure_logging(as_json=settings.is_production, process="schedule")
    runtime = open_runtime(settings)
    log.info("schedule.started", pid=os.getpid())
    with ThreadPoolExecutor(len(SCHEDULES), thread_name_prefix="schedule") as pool:
        threads = [
            pool.submit(Scheduler(runtime, entries, name).run)
            for name, entries in SCHEDULES.items()
        ]
    runtime.finish()
    for ended in threads:
        ended.result()
    log.info("schedule.stopped", pid=os.getpid())
    return 0


def main() -> int:
    """Run the schedule as systemd or Kubernetes would; return the exit status."""
    return start("schedule", run)


if __name__ == "__main__":
    sys.exit(main())
