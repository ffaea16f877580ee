"""Read the next batch while the one before is written: most of a drain's time is waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from itertools import pairwise

from portal.models import database
from portal.rules.webhooks.event_types import EventTopic
from portal.services.event_processing.batch import FetchedBatch
from portal.services.event_processing.pending import Batch


def prefetch_batches(
    todo: Sequence[Batch],
    read: Callable[[Batch], FetchedBatch],
    may_read: Callable[[Batch], bool],
    is_over: Callable[[], bool],
) -> Iterator[FetchedBatch]:
    """Yield what came of reading each batch, until ``may_read`` says no or it ``is_over``.

    Nothing is read ahead of trouble, nor of news about the connection: who asks for the next batch
    has then drawn the consequences.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="read") as thread:
        ahead: Future[FetchedBatch] | None = None
        for batch, next_batch in pairwise([*todo, None]):
            if batch is None or not may_read(batch):
                return
            fetched = read(batch) if ahead is None else ahead.result()
            ahead = None
            is_well = fetched.problem is None and batch.topic is not EventTopic.CONNECTION
            if is_well and next_batch is not None and not is_over():
                # A copy of the context, so that log lines of the thread name store and job, too.
                ahead = thread.submit(copy_context().run, _fetch_in_thread, read, next_batch)
            yield fetched
            if ahead is None and is_over():
                return


def _fetch_in_thread(read: Callable[[Batch], FetchedBatch], batch: Batch) -> FetchedBatch:
    with database.connection_context():
        return read(batch)
