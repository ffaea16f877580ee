"""Read what a batch of events names, and write it with their outcomes in one transaction.

What spoils a batch is found by halving it: what can be read is applied, and what can't is tried
alone, ever more rarely, until it is dead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from traceback import extract_tb

import structlog
from peewee import chunked

from portal.ecwid.call_log import LoggedCall, logged_calls
from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidFeatureError, EcwidRateLimitError
from portal.errors import PortalError
from portal.models import database, utc_now
from portal.rules.webhooks.event_retry import POSTPONED_S
from portal.rules.webhooks.event_types import EventTopic, tells_uninstall
from portal.services.connection.probe_store import probe_store
from portal.services.event_processing.circuit_breaker import answers, leave_alone
from portal.services.event_processing.handlers import KINDS, Kind, write_records
from portal.services.event_processing.outcomes import (
    keep_batch,
    mark_applied,
    mark_echo,
    mark_failed,
    mark_ignored,
    mark_late,
    mark_parted,
    mark_postponed,
)
from portal.services.event_processing.own_writes_filter import UNDER_WAY, UNDER_WAY_S, part_echo
from portal.services.event_processing.pending import THE_STORE, Batch, WaitingEvent
from portal.services.event_processing.search_lag import SEARCH_LAG, SINGLY, Search
from portal.services.runtime import Runtime
from portal.services.sync.fetch_by_id import Records
from portal.services.work.failures import INTERRUPTIONS, error_text

log = structlog.get_logger(__name__)

# Who writes more at once keeps the receiver of new events from writing.
EVENTS_PER_TRANSACTION = 2_000


@dataclass
class Reading:
    """Hold what came of reading a batch; ``ends_drain``: no other read would do better now.

    ``batch`` is the part of it that was read; ``behind`` are entities of which the store's search
    doesn't know the change yet.
    """

    batch: Batch
    started_at: datetime
    calls: Sequence[LoggedCall]
    found: Records = field(default_factory=list)
    gone: Sequence[int] = ()
    behind: Set[int] = frozenset()
    problem: Exception | None = None
    ends_drain: bool = False


def read_batch(runtime: Runtime, store_id: int, batch: Batch) -> Reading:
    """Read the entities that the batch names; what goes wrong is told in the answer.

    Raises what says nothing of the batch, such as errors of the database itself.
    """
    with logged_calls() as calls:
        reading = Reading(batch, utc_now(), calls)
        kind = KINDS.get(batch.topic)
        try:
            if kind is None:
                probe_store(
                    runtime,
                    store_id,
                    is_told_uninstalled=any(tells_uninstall(event.type) for event in batch.events),
                )
            else:
                _read_records(runtime.client(store_id), kind, reading)
        except INTERRUPTIONS:
            raise
        except PortalError as error:
            reading.problem = error
            reading.ends_drain = _ends_drain(runtime, store_id, batch, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, other events go on
            reading.problem = error
    return reading


def write_batch(store_id: int, reading: Reading, keep_lease: Callable[[], None]) -> bool:
    """Write what was read and its events' outcomes; False if the store has to be left alone now.

    ``keep_lease`` is called in each transaction; it raises LeaseLostError if the lease is lost.
    Only that and errors of the database itself are raised: the batch's own trouble becomes its
    events' outcome.
    """
    problem = reading.problem or _write(store_id, reading, keep_lease)
    if problem is None:
        return True
    with database.atomic():
        keep_lease()
        _note_problem(store_id, reading, problem)
    return not reading.ends_drain


def settle(
    store_id: int,
    topic: EventTopic,
    events: Sequence[WaitingEvent],
    reason: str | None,
    keep_lease: Callable[[], None],
) -> None:
    """Finish events for which nothing has to be read: ignored for ``reason``, else applied."""
    with database.atomic():
        keep_lease()
        batch_id = keep_batch(store_id, Batch(topic, {THE_STORE: list(events)}), utc_now())
        if reason is None:
            mark_applied(batch_id, events)
        else:
            mark_ignored(batch_id, events, reason)


def _read_records(client: EcwidClient, kind: Kind, reading: Reading) -> None:
    if kind.changes is None:
        reading.found, reading.gone = kind.read(client, list(reading.batch.named))
        is_listed = True
    else:
        part = kind.changes.read(client, reading.batch)
        reading.batch = reading.batch.only(part.ids)
        reading.found, reading.gone, is_listed = part.found, part.gone, part.is_listed
        if part.problem is not None:
            raise part.problem
    if kind.search is not None and is_listed:
        _look_again(client, kind.search, reading)


def _look_again(client: EcwidClient, search: Search, reading: Reading) -> None:
    behind = search.behind(reading.batch, reading.found, reading.started_at)
    if len(behind) > SINGLY:
        reading.behind = behind
    elif behind:
        reading.found, gone = search.read_again(client, reading.found, behind)
        reading.gone = [*reading.gone, *gone]


def _ends_drain(runtime: Runtime, store_id: int, batch: Batch, error: PortalError) -> bool:
    """Tell whether the trouble is not with what these events name but with the store or its API."""
    if error.retryable and not isinstance(error, EcwidRateLimitError):
        return not answers(runtime, store_id, batch.topic)
    return leave_alone(runtime, store_id, batch.topic, error)


def _write(store_id: int, reading: Reading, keep_lease: Callable[[], None]) -> Exception | None:
    """Write what was read with its events' outcomes; return what the database refused, if so."""
    batch = reading.batch
    kind = KINDS.get(batch.topic)
    echo, foreign = part_echo(store_id, kind, batch, reading.found)
    settled, late = foreign.batch.without(reading.behind & foreign.batch.named.keys())
    parts = list(chunked(settled, EVENTS_PER_TRANSACTION))
    try:
        with database.atomic():
            keep_lease()
            if kind:
                write_records(
                    kind,
                    store_id,
                    foreign.found,
                    reading.gone,
                    reading.started_at,
                    foreign.batch.newest,
                )
            batch_id = keep_batch(store_id, batch, reading.started_at, reading.calls)
            mark_late(batch_id, late, wait_s=SEARCH_LAG.total_seconds())
            mark_late(batch_id, echo.under_way, UNDER_WAY, wait_s=UNDER_WAY_S)
            mark_echo(batch_id, echo.events)
            mark_applied(batch_id, parts[0] if parts else [])
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, other events go on
        return error
    for part in parts[1:]:
        with database.atomic():
            keep_lease()
            mark_applied(batch_id, part)
    return None


def _note_problem(store_id: int, reading: Reading, error: Exception) -> None:
    batch = reading.batch
    problem = _words(store_id, error)
    batch_id = keep_batch(store_id, batch, reading.started_at, reading.calls)
    if reading.ends_drain:
        mark_postponed(batch_id, batch.due, problem)
    elif isinstance(error, EcwidFeatureError):
        mark_ignored(batch_id, batch.events, problem)
    elif len(batch.named) > 1:
        may_pass = isinstance(error, PortalError) and error.retryable
        mark_parted(batch_id, batch, problem, wait_s=POSTPONED_S if may_pass else 0.0)
    else:
        mark_failed(batch_id, batch.due, problem)


def _words(store_id: int, error: Exception) -> str:
    """Return the stored text of an error; log where in the code a bug is."""
    if not isinstance(error, PortalError):
        *_, place = extract_tb(error.__traceback__)
        log.error(
            "events.broken",
            store=store_id,
            error=type(error).__name__,
            place=f"{place.filename}:{place.lineno}",
        )
    return error_text(error)
