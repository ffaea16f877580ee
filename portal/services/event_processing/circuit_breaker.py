"""Leave a store alone whose API fails: its events wait, one call at a time tries it again.

Whether the API fails or only what an event names is asked, not guessed: after a failed read comes a
call of the same kind that names no entity. See docs/decisions/events-in-bulk.md.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from portal.ecwid.errors import EcwidError, EcwidRateLimitError
from portal.errors import PortalError, SealedSecretError
from portal.models import StoreCircuit, utc_now
from portal.rules.webhooks.event_retry import PROBE_BACKOFF
from portal.rules.webhooks.event_types import EventTopic
from portal.services.connection.handle_refusals import stops_the_store
from portal.services.event_processing.handlers import KINDS
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def lets_through(runtime: Runtime, store_id: int) -> bool:
    """Tell whether the store's events may be read now; probes an API that has failed, if due."""
    circuit = StoreCircuit.get_or_none(StoreCircuit.store == store_id)
    if circuit is None:
        return True
    if circuit.resume_at > utc_now():
        return False
    if circuit.opened_at is not None and not answers(runtime, store_id, EventTopic(circuit.topic)):
        return False
    StoreCircuit.delete_by_id(store_id)
    log.info("circuit.closed", store=store_id, probes=circuit.probes)
    return True


def is_closed(store_id: int) -> bool:
    """Tell whether the store's events wait for nothing; True when a wait has just ended, too."""
    waits: bool = (
        StoreCircuit.select()
        .where(StoreCircuit.store == store_id, StoreCircuit.resume_at > utc_now())
        .exists()
    )
    return not waits


def answers(runtime: Runtime, store_id: int, topic: EventTopic) -> bool:
    """Ask the API something that names no entity; open the circuit if it fails at that, too."""
    try:
        client = runtime.client(store_id)
        KINDS[topic].ask(client) if topic in KINDS else client.profile()
    except PortalError as error:
        return not leave_alone(runtime, store_id, topic, error)
    return True


def leave_alone(runtime: Runtime, store_id: int, topic: EventTopic, error: PortalError) -> bool:
    """Have the store's events wait, if ``error`` says that no call will do just now.

    False for a refusal that says nothing of other calls; the store itself is stopped by
    `stops_the_store`, if it is that.
    """
    if isinstance(error, EcwidRateLimitError):
        _hold(store_id, topic, error)
        return True
    if isinstance(error, (EcwidError, SealedSecretError)) and not error.retryable:
        return stops_the_store(runtime, store_id, error)
    _open(store_id, topic, error)
    return True


def _hold(store_id: int, topic: EventTopic, error: EcwidRateLimitError) -> None:
    resume_at = utc_now() + timedelta(seconds=error.retry_after_s)
    StoreCircuit.replace_with(store_id, topic=topic, resume_at=resume_at, error=str(error))
    log.info("circuit.holds", store=store_id, wait_s=round(error.retry_after_s, 1))


def _open(store_id: int, topic: EventTopic, error: PortalError) -> None:
    former = StoreCircuit.get_or_none(StoreCircuit.store == store_id)
    since, probes = None, 0
    if former is not None and former.opened_at is not None:
        since, probes = former.opened_at, former.probes + 1
    wait_s = PROBE_BACKOFF.wait_s(probes + 1)
    StoreCircuit.replace_with(
        store_id,
        topic=topic,
        probes=probes,
        opened_at=since or utc_now(),
        resume_at=utc_now() + timedelta(seconds=wait_s),
        error=str(error),
    )
    log.warning("circuit.open", store=store_id, probes=probes, wait_s=round(wait_s, 1))
