"""Count the calls of a run and the bytes of their answers, whatever comes of them."""

from __future__ import annotations

from dataclasses import dataclass

from portal.ecwid.client import EcwidClient
from portal.models import SyncRun


@dataclass
class Tally:
    """Count into a run what its client has sent and received, each call once.

    The threads that read ahead go on calling meanwhile, so a number is read once and kept.
    """

    client: EcwidClient
    requests: int = 0
    received_bytes: int = 0

    def count_into(self, run: SyncRun) -> None:
        """Add to ``run``, unsaved, what was sent and received since the last time."""
        requests, received_bytes = self.client.requests, self.client.received_bytes
        run.requests += requests - self.requests
        run.bytes += received_bytes - self.received_bytes
        self.requests, self.received_bytes = requests, received_bytes

    def save_rest(self, run: SyncRun) -> None:
        """Write what no step has counted: calls that failed, and pages read ahead in vain.

        By adding, as another worker may have taken the run over.
        """
        requests, received = run.requests, run.bytes
        self.count_into(run)
        if (run.requests, run.bytes) != (requests, received):
            SyncRun.update(
                requests=SyncRun.requests + (run.requests - requests),
                bytes=SyncRun.bytes + (run.bytes - received),
            ).where(SyncRun.id == run.id).execute()
