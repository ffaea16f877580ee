"""Pages that one transaction writes: all that have arrived, if it stays short.

When pages arrive faster than they are written, their commits, checkpoints and leases are a third of
the time to write them. Pages that have to be waited for are written one by one.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from portal.rules.sync.look_ahead import moving_mean
from portal.services.sync.page_result import PageResult

# Other writers wait for so long at the most, also on SQLite, where only one can write. Each further
# transaction costs 5 ms of processor, as much as half a page.
TRANSACTION_S = 0.2
# More pages in one transaction save no more time.
PAGES_LIMIT = 8


@dataclass
class PageBatches:
    """Batches of pages, whose size follows the time that a page takes to be written."""

    _page_s: float | None = None

    @property
    def pages(self) -> int:
        """Return how many pages the next transaction may write."""
        if self._page_s is None:
            return 1
        return min(PAGES_LIMIT, max(1, int(TRANSACTION_S / max(self._page_s, 1e-9))))

    def split(self, page_results: Generator[PageResult]) -> Iterator[Sequence[PageResult]]:
        """Yield the pages in batches; each ends before the first page that isn't ready."""
        for page_result in page_results:
            batch = [page_result]
            while len(batch) < self.pages and batch[-1].is_next_ready():
                following = next(page_results, None)
                if following is None:
                    break
                batch.append(following)
            yield batch

    @contextmanager
    def timed(self, batch: Sequence[PageResult]) -> Iterator[None]:
        """Measure the transaction that writes ``batch``; a failed one is not counted."""
        started_s = time.monotonic()
        yield
        page_s = (time.monotonic() - started_s) / len(batch)
        self._page_s = page_s if self._page_s is None else moving_mean(self._page_s, page_s)
