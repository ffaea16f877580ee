"""Consequences of an error for the events of the batch that it stopped."""

from __future__ import annotations

from traceback import extract_tb

import structlog

from portal.ecwid.errors import EcwidFeatureError, EcwidRateLimitError
from portal.errors import PortalError
from portal.rules.webhooks.event_retry import SPLIT_DELAY_S
from portal.services.event_processing.circuit_breaker import is_api_up, open_circuit
from portal.services.event_processing.outcomes import (
    RecordedBatch,
    mark_failed,
    mark_ignored,
    mark_postponed,
    mark_split,
)
from portal.services.event_processing.pending import Batch
from portal.services.runtime import Runtime
from portal.services.work.failures import error_text

log = structlog.get_logger(__name__)


def stops_drain(runtime: Runtime, store_id: int, batch: Batch, error: PortalError) -> bool:
    """Return whether the store or its API caused the error, not the entities of these events."""
    if error.retryable and not isinstance(error, EcwidRateLimitError):
        return not is_api_up(runtime, store_id, batch.topic)
    return open_circuit(runtime, store_id, batch.topic, error)


def mark_problem(
    recorded: RecordedBatch, store_id: int, batch: Batch, error: Exception, *, ends_drain: bool
) -> None:
    """Postpone, ignore, split or fail the events of a batch.

    With ``ends_drain`` the error isn't theirs.
    """
    problem = _describe(store_id, error)
    if ends_drain:
        mark_postponed(recorded, batch.due, problem)
    elif isinstance(error, EcwidFeatureError):
        mark_ignored(recorded, batch.events, problem)
    elif len(batch.entities) > 1:
        may_pass = isinstance(error, PortalError) and error.retryable
        mark_split(recorded, batch, problem, wait_s=SPLIT_DELAY_S if may_pass else 0.0)
    else:
        mark_failed(recorded, batch.due, problem)


def _describe(store_id: int, error: Exception) -> str:
    """Return the error's text to store; log the place in the code if it is a bug."""
    if not isinstance(error, PortalError):
        *_, place = extract_tb(error.__traceback__)
        log.error(
            "events.unexpected_error",
            store=store_id,
            error=type(error).__name__,
            place=f"{place.filename}:{place.lineno}",
        )
    return error_text(error)
