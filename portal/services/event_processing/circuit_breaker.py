"""Circuit breaker for a store whose API fails: its events wait, and single probes test the API.

After a failed read, a probe of the same kind that names no entity shows whether the whole API
fails or only the entity. See docs/decisions/events-in-bulk.md.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from portal.ecwid.errors import EcwidError, EcwidRateLimitError, EcwidTimeoutError
from portal.errors import PortalError, SealedSecretError
from portal.models import CircuitBreaker, utc_now
from portal.rules.webhooks.event_retry import PROBE_BACKOFF
from portal.rules.webhooks.event_types import EventTopic
from portal.services.connection.handle_refusals import handle_refusal
from portal.services.mirror.resources import SPECS_BY_TOPIC
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def allows_calls(runtime: Runtime, store_id: int) -> bool:
    """Return whether the store's events may be read now; probes a failed API if it is due."""
    circuit = CircuitBreaker.get_or_none(CircuitBreaker.store == store_id)
    if circuit is None:
        return True
    if circuit.resume_at > utc_now():
        return False
    if circuit.opened_at is not None and not is_api_up(
        runtime, store_id, EventTopic(circuit.topic)
    ):
        return False
    CircuitBreaker.delete_by_id(store_id)
    log.info("circuit.closed", store=store_id, failed_trials=circuit.failed_trials)
    return True


def is_api_up(runtime: Runtime, store_id: int, topic: EventTopic) -> bool:
    """Probe the API with a call that names no entity; open the circuit if that fails, too."""
    try:
        client = runtime.client(store_id)
        spec = SPECS_BY_TOPIC.get(topic)
        spec.events.probe(client) if spec is not None else client.profile()
    except PortalError as error:
        return not open_circuit(runtime, store_id, topic, error)
    return True


def open_circuit(runtime: Runtime, store_id: int, topic: EventTopic, error: PortalError) -> bool:
    """Make the store's events wait if ``error`` affects all its calls; return whether it does.

    A refusal of one call returns False, unless `handle_refusal` stops the whole store.
    """
    if isinstance(error, EcwidRateLimitError):
        _wait_for_quota(store_id, topic, error)
        return True
    if isinstance(error, (EcwidError, SealedSecretError)) and not error.retryable:
        return handle_refusal(runtime, store_id, error)
    _record_failure(store_id, topic, error)
    return True


def _wait_for_quota(store_id: int, topic: EventTopic, error: EcwidRateLimitError) -> None:
    resume_at = utc_now() + timedelta(seconds=error.retry_after_s)
    CircuitBreaker.replace_with(store_id, topic=topic, resume_at=resume_at, error=str(error))
    log.info("circuit.rate_limited", store=store_id, wait_s=round(error.retry_after_s, 1))


def _record_failure(store_id: int, topic: EventTopic, error: PortalError) -> None:
    former = CircuitBreaker.get_or_none(CircuitBreaker.store == store_id)
    since, failed_trials = None, 0
    if former is not None and former.opened_at is not None:
        since, failed_trials = former.opened_at, former.failed_trials + 1
    is_hanging = isinstance(error, EcwidTimeoutError)
    wait_s = PROBE_BACKOFF.wait_s(failed_trials + 1, is_hanging=is_hanging)
    CircuitBreaker.replace_with(
        store_id,
        topic=topic,
        failed_trials=failed_trials,
        opened_at=since or utc_now(),
        resume_at=utc_now() + timedelta(seconds=wait_s),
        error=str(error),
    )
    log.warning(
        "circuit.opened", store=store_id, failed_trials=failed_trials, wait_s=round(wait_s, 1)
    )
