"""Count a run's calls to Ecwid and the bytes of the responses, including failed calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from portal.ecwid.client import EcwidClient
from portal.models import CountKind, HourlyCount, SyncRun, database


class RequestCounts(NamedTuple):
    """Number of a client's calls, and the bytes of the responses."""

    requests: int
    received_bytes: int


ZERO = RequestCounts(0, 0)


@dataclass
class RequestCounter:
    """Counter that adds a client's calls and bytes to a run, each call once.

    Prefetching threads make calls at the same time, so each count is read once and remembered.
    """

    client: EcwidClient
    committed: RequestCounts = ZERO

    def add_to(self, run: SyncRun) -> RequestCounts:
        """Add the uncommitted counts to ``run`` without saving it, and to the hourly counts.

        Return the counts to pass to `mark_committed` after the commit.
        """
        sent = RequestCounts(self.client.requests, self.client.received_bytes)
        new = sent.requests - self.committed.requests
        # No other transaction waits for this row, because a resource has one run at a time.
        HourlyCount.add(run.store_id, CountKind.CALLS, run.resource, new)
        run.requests += new
        run.bytes += sent.received_bytes - self.committed.received_bytes
        return sent

    def mark_committed(self, sent: RequestCounts) -> None:
        """Remember that these counts were committed with the run."""
        self.committed = sent

    def save_remainder(self, run: SyncRun) -> None:
        """Write the counts that no step has included: failed calls and unused prefetched pages.

        The update adds to the stored values, because another worker may have taken over the run.
        """
        requests = self.client.requests - self.committed.requests
        received_bytes = self.client.received_bytes - self.committed.received_bytes
        if not (requests or received_bytes):
            return
        with database.atomic():
            SyncRun.update(
                requests=SyncRun.requests + requests, bytes=SyncRun.bytes + received_bytes
            ).where(run.is_same_row).execute()
            HourlyCount.add(run.store_id, CountKind.CALLS, run.resource, requests)
