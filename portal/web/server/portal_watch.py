"""Thread of a portal process that works without a request.

It makes the first operator, and reports a daemon that is down. Each process has one; leases and
conditional writes let one of them do the work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event, Thread

import structlog
from peewee import PeeweeException

from portal.errors import SettingsError
from portal.services.accounts.first_operator import make_first_operator
from portal.services.alerts.watch_daemon import report_silent_daemon
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

INTERVAL_S = 30.0


@dataclass
class PortalWatch:
    """Rounds of a process; the first operator is looked for until one exists."""

    runtime: Runtime
    interval_s: float = INTERVAL_S
    is_first_operator_known: bool = False
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        """Start the thread, which ends with the process."""
        self._thread = Thread(target=self.run, name="portal-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread after its round, and wait for it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def run(self) -> None:
        """Do rounds until `stop`."""
        while not self._stop.is_set():
            self.do_round()
            self._stop.wait(self.interval_s)

    def do_round(self) -> None:
        """Do one round; whatever fails is logged and tried again in the next one."""
        try:
            with self.runtime.database.connection_context():
                self._make_first_operator()
                report_silent_daemon(self.runtime)
        except PeeweeException as error:
            log.warning("portal_watch.database_unavailable", error=type(error).__name__)
        except Exception:
            log.exception("portal_watch.failed")

    def _make_first_operator(self) -> None:
        if self.is_first_operator_known:
            return
        try:
            make_first_operator(self.runtime)
        except SettingsError as error:
            log.error("operator.first_not_made", problem=str(error))
        self.is_first_operator_known = True
