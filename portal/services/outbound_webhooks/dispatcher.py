"""Send due deliveries to many endpoints at the same time.

Threads only send; the main thread alone uses the database. A dead endpoint blocks one of many
threads for ten seconds now and then, and delays no other endpoint. A lease gives each endpoint to
one process at a time. A healthy endpoint gets a few deliveries in parallel, a failing one gets one.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from portal.jobs import DELIVER_WEBHOOKS
from portal.process import should_stop
from portal.services.outbound_webhooks.attempts import claim_delivery, due_endpoints
from portal.services.outbound_webhooks.http_sender import AttemptResult, WebhookSender
from portal.services.outbound_webhooks.results import record_result
from portal.services.outbound_webhooks.signed_request import SignedRequest, open_sender, post_signed
from portal.services.runtime import Runtime
from portal.services.work.leases import Claim

THREADS = 24
PER_ENDPOINT_LIMIT = 4
# A round ends after this time, so the worker can send its heartbeat to Redis. A wake-up that
# arrives during the round starts the next one.
TIME_BUDGET_S = 60.0
POLL_INTERVAL_S = 0.25
# Longer than an attempt takes, and short enough that a killed worker's endpoints wait less than a
# minute.
LEASE_TTL_S = 30.0
RENEW_BELOW_S = 20.0


def wake_due_deliveries(runtime: Runtime) -> int:
    """Wake the daemon if any delivery is due; return 1 if so, else 0."""
    if not due_endpoints(1):
        return 0
    runtime.wake(DELIVER_WEBHOOKS)
    return 1


def dispatch_due(runtime: Runtime) -> None:
    """Send due deliveries until none is left or the round is over; safe to run in parallel."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="message") as pool:
        dispatch_round = DispatchRound(runtime, pool)
        try:
            dispatch_round.run()
        finally:
            dispatch_round.release()
    if not should_stop() and due_endpoints(1):
        runtime.wake(DELIVER_WEBHOOKS)


@dataclass
class DispatchRound:
    """State of one round of sending."""

    runtime: Runtime
    pool: ThreadPoolExecutor
    in_flight: dict[Future[AttemptResult], SignedRequest] = field(default_factory=dict)
    count: Counter[int] = field(default_factory=Counter)
    claims: dict[int, Claim] = field(default_factory=dict)  # by endpoint
    senders: list[WebhookSender] = field(default_factory=list)
    thread_state: threading.local = field(default_factory=threading.local)

    def run(self) -> None:
        """Claim and send deliveries, and record each response as it arrives."""
        ends_s = time.monotonic() + TIME_BUDGET_S
        while True:
            if time.monotonic() < ends_s and not should_stop():
                self._start_attempts()
            if not self.in_flight:
                return
            done, _ = wait(self.in_flight, POLL_INTERVAL_S, return_when=FIRST_COMPLETED)
            for future in done:
                signed_request = self.in_flight.pop(future)
                self.count[signed_request.endpoint_id] -= 1
                record_result(self.runtime, signed_request, future.result())

    def release(self) -> None:
        """Close connections and release the endpoints' leases."""
        for sender in self.senders:
            sender.close()
        for claim in self.claims.values():
            claim.release()

    def _start_attempts(self) -> None:
        """Begin attempts until all threads are busy or nothing more may be sent now."""
        for endpoint_id, failures in due_endpoints(2 * THREADS):
            limit = 1 if failures else PER_ENDPOINT_LIMIT
            while len(self.in_flight) < THREADS and self.count[endpoint_id] < limit:
                if not self._claims(endpoint_id):
                    break
                signed_request = claim_delivery(self.runtime, endpoint_id)
                if signed_request is None:
                    break
                self.count[endpoint_id] += 1
                self.in_flight[self.pool.submit(self._send, signed_request)] = signed_request

    def _claims(self, endpoint_id: int) -> bool:
        """Take or extend the endpoint's lease; return False if another process has it."""
        claim = self.claims.setdefault(endpoint_id, Claim(f"endpoint:{endpoint_id}", LEASE_TTL_S))
        return claim.left_s > RENEW_BELOW_S or claim.take()

    def _send(self, signed_request: SignedRequest) -> AttemptResult:
        """Send one request; runs in a thread and must not use the database."""
        if not hasattr(self.thread_state, "sender"):
            self.thread_state.sender = open_sender(self.runtime.settings)
            self.senders.append(self.thread_state.sender)
        sender: WebhookSender = self.thread_state.sender
        return post_signed(sender, signed_request)
