"""List an endpoint's deliveries, and replay one or all undelivered ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.jobs import DELIVER_WEBHOOKS
from portal.models import (
    IS_UNFINISHED,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    EndpointState,
    Merchant,
    OutboundEvent,
    WebhookEndpoint,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.outbound_webhooks.deliveries import select_with_event
from portal.services.outbound_webhooks.endpoints import log_for_stores
from portal.services.pagination import KeyPage, page_by_key
from portal.services.runtime import Runtime

ATTEMPTS_SHOWN = 50
# A statement of this size takes about ten milliseconds, so other writers don't wait long.
REPLAY_BATCH = 500
UNDELIVERED = (DeliveryState.FAILED, DeliveryState.GIVEN_UP)


def list_deliveries(
    endpoint: WebhookEndpoint,
    state: DeliveryState | None,
    *,
    after: int | None = None,
    before: int | None = None,
) -> KeyPage[Delivery]:
    """Return a page of the endpoint's deliveries, newest first; ``state`` None means all."""
    rows = select_with_event().where(Delivery.endpoint == endpoint)
    if state is not None:
        rows = rows.where(Delivery.state == state)
    return page_by_key(rows, Delivery.id, after=after, before=before)


def delivery_of(endpoint: WebhookEndpoint, delivery_id: int) -> Delivery | None:
    """Return one of the endpoint's deliveries with its event, or None."""
    found: Delivery | None = (
        select_with_event().where(Delivery.id == delivery_id, Delivery.endpoint == endpoint).first()
    )
    return found


def attempts_of(delivery: Delivery) -> Sequence[DeliveryAttempt]:
    """Return the last attempts of a delivery, latest first."""
    rows = DeliveryAttempt.select().where(DeliveryAttempt.delivery == delivery)
    return list(rows.order_by(DeliveryAttempt.id.desc()).limit(ATTEMPTS_SHOWN))


def count_unfinished(endpoint: WebhookEndpoint) -> int:
    """Return the number of deliveries that wait for the endpoint."""
    count: int = Delivery.select().where(Delivery.endpoint == endpoint, IS_UNFINISHED).count()
    return count


def replay_delivery(
    runtime: Runtime, endpoint: WebhookEndpoint, delivery: Delivery, merchant: Merchant
) -> None:
    """Send one delivery again, whether or not it arrived; its attempts start from zero."""
    with database.atomic():
        _reset_for_retry([delivery.id])
        # End the endpoint's backoff: a person who replays has probably fixed the endpoint.
        WebhookEndpoint.update(resume_at=None).where(WebhookEndpoint.id == endpoint.id).execute()
        log_for_stores(
            endpoint, merchant, AuditAction.ENDPOINT_REPLAYED, after={"delivery": delivery.id}
        )
    runtime.wake(DELIVER_WEBHOOKS, at_front=True)


def count_undelivered(endpoint: WebhookEndpoint, since: datetime) -> int:
    """Return the number of events since then whose delivery has failed or was given up."""
    count: int = _undelivered(endpoint, since).count()
    return count


def replay_undelivered(
    runtime: Runtime, endpoint: WebhookEndpoint, since: datetime, merchant: Merchant
) -> int:
    """Send the failed and given up deliveries since then again; return how many."""
    with database.atomic():
        WebhookEndpoint.update(resume_at=None).where(WebhookEndpoint.id == endpoint.id).execute()
        # The deliveries are reset in other transactions, so the entry comes first.
        after = {"count": count_undelivered(endpoint, since)}
        log_for_stores(endpoint, merchant, AuditAction.ENDPOINT_REPLAYED, after=after)
    replayed = 0
    while ids := [row.id for row in _undelivered(endpoint, since).limit(REPLAY_BATCH)]:
        with runtime.write_lock.held(), database.atomic():
            replayed += _reset_for_retry(ids)
    runtime.wake(DELIVER_WEBHOOKS, at_front=True)
    return replayed


def replay_deliveries(runtime: Runtime, delivery_ids: Sequence[int]) -> int:
    """Send these undelivered deliveries to endpoints that are on again; return how many.

    The caller records the action in the audit log.
    """
    on = WebhookEndpoint.select(WebhookEndpoint.id).where(WebhookEndpoint.state == EndpointState.ON)
    chosen = Delivery.select(Delivery.id, Delivery.endpoint).where(
        Delivery.id.in_(delivery_ids), Delivery.state.in_(UNDELIVERED), Delivery.endpoint.in_(on)
    )
    with runtime.write_lock.held(), database.atomic():
        rows = list(chosen)
        _reset_for_retry([row.id for row in rows])
        WebhookEndpoint.update(resume_at=None).where(
            WebhookEndpoint.id.in_({row.endpoint_id for row in rows})
        ).execute()
    runtime.wake(DELIVER_WEBHOOKS, at_front=True)
    return len(rows)


def _undelivered(endpoint: WebhookEndpoint, since: datetime) -> Any:
    """Return the query of deliveries to replay, without pings and tests: their result is known."""
    return (
        Delivery.select(Delivery.id)
        .join(OutboundEvent)
        .where(
            Delivery.endpoint == endpoint,
            Delivery.state.in_(UNDELIVERED),
            OutboundEvent.happened_at >= since,
            OutboundEvent.type != OutboundEventType.PING,
            ~Delivery.is_test,
        )
    )


def _reset_for_retry(ids: Sequence[int]) -> int:
    now = utc_now()
    written: int = (
        Delivery.update(
            state=DeliveryState.WAITING, attempts=0, error=None, due_at=now, finished_at=None
        )
        .where(Delivery.id.in_(ids))
        .execute()
    )
    return written
