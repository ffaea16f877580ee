"""Count the calls of a run and the bytes of their answers, whatever comes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from portal.ecwid.client import EcwidClient
from portal.models import SyncRun


class RequestCounts(NamedTuple):
    """Hold how often a client has called, and the bytes of the answers."""

    requests: int
    received_bytes: int


ZERO = RequestCounts(0, 0)


@dataclass
class RequestCounter:
    """Count into a run what its client has sent and received, each call once.

    The threads that read ahead go on calling meanwhile, so a number is read once and kept.
    """

    client: EcwidClient
    committed: RequestCounts = ZERO

    def add_to(self, run: SyncRun) -> RequestCounts:
        """Add to ``run``, unsaved, what isn't settled yet; return what to settle once it is."""
        sent = RequestCounts(self.client.requests, self.client.received_bytes)
        run.requests += sent.requests - self.committed.requests
        run.bytes += sent.received_bytes - self.committed.received_bytes
        return sent

    def mark_committed(self, sent: RequestCounts) -> None:
        """Note that the run was committed with so much."""
        self.committed = sent

    def save_remainder(self, run: SyncRun) -> None:
        """Write what no step has counted: calls that failed, and pages read ahead in vain.

        By adding, as another worker may have taken the run over.
        """
        requests = self.client.requests - self.committed.requests
        received_bytes = self.client.received_bytes - self.committed.received_bytes
        if requests or received_bytes:
            SyncRun.update(
                requests=SyncRun.requests + requests, bytes=SyncRun.bytes + received_bytes
            ).where(SyncRun.id == run.id).execute()
