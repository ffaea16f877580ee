"""Send what is due to channels, to many at once.

Threads only send; the database is this thread's alone. So a dead endpoint costs one of many threads
for ten seconds, now and then, and nobody else waits for it. Each endpoint is one process's at a
time, by a lease: a few messages at once while it is well, one while it fails.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from portal.jobs import DELIVER_MESSAGES
from portal.process import should_stop
from portal.services.outbound_webhooks.attempts import due_endpoints, take_delivery
from portal.services.outbound_webhooks.http_sender import MessageLine, Reply
from portal.services.outbound_webhooks.results import note_reply
from portal.services.outbound_webhooks.signed_request import Parcel, open_line, post_parcel
from portal.services.runtime import Runtime
from portal.services.work.leases import Claim

THREADS = 24
AT_ONCE = 4
# A wake-up that came meanwhile begins the next round; the worker tells Redis that it lives.
ROUND_S = 60.0
LOOK_EVERY_S = 0.25
# Longer than an attempt takes, and so short that a killed worker's endpoints wait no minute.
LEASE_TTL_S = 30.0
RENEWED_WITH_LEFT_S = 20.0


def wake_due_deliveries(runtime: Runtime) -> int:
    """Wake the daemon if anything is due to a channel; return 1 if so."""
    if not due_endpoints(1):
        return 0
    runtime.wake(DELIVER_MESSAGES)
    return 1


def deliver(runtime: Runtime) -> None:
    """Send what is due until nothing is, or the round is over; safe to run beside itself."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="message") as pool:
        turn = Round(runtime, pool)
        try:
            turn.run()
        finally:
            turn.end()
    if not should_stop() and due_endpoints(1):
        runtime.wake(DELIVER_MESSAGES)


@dataclass
class Round:
    """State of one round of sending."""

    runtime: Runtime
    pool: ThreadPoolExecutor
    flying: dict[Future[Reply], Parcel] = field(default_factory=dict)
    count: Counter[int] = field(default_factory=Counter)
    claims: dict[int, Claim] = field(default_factory=dict)  # by endpoint
    lines: list[MessageLine] = field(default_factory=list)
    here: threading.local = field(default_factory=threading.local)

    def run(self) -> None:
        """Take and send, and note each reply as it comes."""
        ends_s = time.monotonic() + ROUND_S
        while True:
            if time.monotonic() < ends_s and not should_stop():
                self._fill()
            if not self.flying:
                return
            done, _ = wait(self.flying, LOOK_EVERY_S, return_when=FIRST_COMPLETED)
            for future in done:
                parcel = self.flying.pop(future)
                self.count[parcel.endpoint_id] -= 1
                note_reply(self.runtime, parcel, future.result())

    def end(self) -> None:
        """Close connections and release the endpoints' leases."""
        for line in self.lines:
            line.close()
        for claim in self.claims.values():
            claim.release()

    def _fill(self) -> None:
        """Begin attempts until the threads are busy or nothing more may be sent now."""
        for endpoint_id, failures in due_endpoints(2 * THREADS):
            at_once = 1 if failures else AT_ONCE
            while len(self.flying) < THREADS and self.count[endpoint_id] < at_once:
                if not self._claims(endpoint_id):
                    break
                parcel = take_delivery(self.runtime, endpoint_id)
                if parcel is None:
                    break
                self.count[endpoint_id] += 1
                self.flying[self.pool.submit(self._send, parcel)] = parcel

    def _claims(self, endpoint_id: int) -> bool:
        """Take or keep the endpoint for this round; return False if another process has it."""
        claim = self.claims.setdefault(endpoint_id, Claim(f"deliver:{endpoint_id}", LEASE_TTL_S))
        return claim.left_s > RENEWED_WITH_LEFT_S or claim.take()

    def _send(self, parcel: Parcel) -> Reply:
        """Send one message; in a thread, without the database."""
        if not hasattr(self.here, "line"):
            self.here.line = open_line(self.runtime.settings)
            self.lines.append(self.here.line)
        line: MessageLine = self.here.line
        return post_parcel(line, parcel)
