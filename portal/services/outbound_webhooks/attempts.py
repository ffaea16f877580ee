"""Claim due deliveries and begin their attempts.

An attempt is counted and its row is committed before anything is sent. So a delivery that crashes
its process is not sent forever, and a delivery whose process was killed is sent again. An attempt
begins and ends with a short transaction that locks the endpoint's row first. No transaction is open
during the request; `record_result` runs the second transaction.
"""

from __future__ import annotations

from peewee import fn

from portal.jobs import DELIVER_WEBHOOKS
from portal.models import (
    IS_UNFINISHED,
    IS_WAITING_TEST,
    ChannelConsent,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    EndpointState,
    OutboundEvent,
    StoreState,
    WebhookEndpoint,
    database,
    utc_now,
)
from portal.rules.channels.channel_states import ChannelStatus
from portal.rules.issues.issue_audience import may_know
from portal.rules.outbound_webhooks.example_events import payload_of_test
from portal.rules.outbound_webhooks.outbound_events import (
    OutboundEventType,
    is_about_access,
    is_about_connection,
    is_about_issue,
    is_visible,
)
from portal.rules.outbound_webhooks.outbound_payload import build_payload, serialize_payload
from portal.rules.webhooks.event_retry import EVENT_BACKOFF
from portal.services.channels.reach import consents_reached
from portal.services.outbound_webhooks.deliveries import (
    finish_delivery,
    lock_endpoint,
    max_attempts,
    select_with_event,
)
from portal.services.outbound_webhooks.endpoint_secrets import signing_secrets
from portal.services.outbound_webhooks.http_sender import AttemptResult
from portal.services.outbound_webhooks.results import record_result
from portal.services.outbound_webhooks.signed_request import SignedRequest
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork

# One delivery, and some more in case the first ones are given up.
CANDIDATES = 4


def due_endpoints(limit: int) -> list[tuple[int, int]]:
    """Return the ids of endpoints with due deliveries, and their numbers of failures in a row."""
    due = due_deliveries()
    rows = due.ids.select_extend(WebhookEndpoint.failures)
    return [(row.id, row.failures) for row in rows.order_by(*due.urgency).limit(limit)]


def due_deliveries() -> DueWork:
    """Return the endpoints with due deliveries; the job sends for all of them.

    Test deliveries are sent to all endpoints, also to those that are off or wait after a failure.
    """
    now = utc_now()
    due = (Delivery.endpoint == WebhookEndpoint.id, IS_UNFINISHED, Delivery.due_at <= now)
    is_ready = (
        (WebhookEndpoint.state == EndpointState.ON)
        & (WebhookEndpoint.resume_at.is_null() | (WebhookEndpoint.resume_at <= now))
        & fn.EXISTS(Delivery.select(1).where(*due))
    )
    tests = Delivery.select(Delivery.endpoint).where(IS_WAITING_TEST, Delivery.due_at <= now)
    endpoints = WebhookEndpoint.select(WebhookEndpoint.id).where(
        is_ready | WebhookEndpoint.id.in_(tests)
    )
    # Healthy endpoints go first, because their deliveries take only a moment.
    urgency = (WebhookEndpoint.failures, WebhookEndpoint.id)
    oldest = Delivery.select(fn.MIN(Delivery.due_at)).where(*due)
    return DueWork(DELIVER_WEBHOOKS, endpoints, oldest, urgency)


def claim_delivery(runtime: Runtime, endpoint_id: int) -> SignedRequest | None:
    """Begin an attempt of the endpoint's longest due delivery; return None if there is none.

    Test deliveries come first, and are the only ones of an endpoint that isn't on.
    """
    with database.atomic():
        endpoint = lock_endpoint(endpoint_id)
        if endpoint is None:
            return None
        for delivery in _due(endpoint):
            event, consent = delivery.event, _consent(endpoint, delivery.event)
            if not _may_receive(endpoint, event, consent):
                finish_delivery(delivery, DeliveryState.GIVEN_UP, "access_lost")
            elif delivery.attempts >= max_attempts(delivery):
                finish_delivery(delivery, DeliveryState.GIVEN_UP, delivery.error or "interrupted")
            else:
                reference = None if consent is None else consent.external_reference
                return begin_attempt(runtime, endpoint, delivery, event, reference)
    return None


def begin_attempt(
    runtime: Runtime,
    endpoint: WebhookEndpoint,
    delivery: Delivery,
    event: OutboundEvent,
    external_reference: str | None = None,
) -> SignedRequest | None:
    """Count an attempt and return its request; call it in the transaction that locks the endpoint.

    ``external_reference`` is the channel's name of the store, if it has one. Return None if the
    endpoint's secret can't be opened: the attempt has then failed already.
    """
    now = utc_now()
    delivery.attempts += 1
    delivery.due_at = EVENT_BACKOFF.check_at(delivery.attempts, now)
    delivery.save(only=[Delivery.attempts, Delivery.due_at])
    endpoint.last_attempt_at = now
    endpoint.save(only=[WebhookEndpoint.last_attempt_at])
    attempt = DeliveryAttempt.create(delivery=delivery, started_at=now)
    signed_request = SignedRequest(
        delivery.id,
        attempt.id,
        endpoint.id,
        endpoint.url,
        event.uid,
        body_of(runtime, delivery, event, external_reference),
        signing_secrets(runtime.sealer, endpoint),
    )
    if not signed_request.secrets:
        record_result(runtime, signed_request, AttemptResult(None, 0, "secret"))
        return None
    return signed_request


def body_of(
    runtime: Runtime,
    delivery: Delivery,
    event: OutboundEvent,
    external_reference: str | None = None,
) -> str:
    """Return the request body of a delivery; it is the same for each attempt."""
    portal_url = runtime.settings.portal_url
    if delivery.is_test:
        test = payload_of_test(OutboundEventType(event.type), event.happened_at, portal_url)
        return serialize_payload(test)
    reference = {} if external_reference is None else {"external_reference": external_reference}
    return serialize_payload(
        build_payload(
            event.type,
            event.happened_at,
            portal_url=portal_url,
            store_id=event.store_id,
            record_id=event.record_id,
            detail={**reference, **event.detail},
        )
    )


def _due(endpoint: WebhookEndpoint) -> list[Delivery]:
    due = (Delivery.endpoint == endpoint, Delivery.due_at <= utc_now())
    order = (Delivery.due_at, Delivery.id)
    tests = select_with_event().where(*due, IS_WAITING_TEST).order_by(*order).limit(CANDIDATES)
    found = list(tests)
    if found or not endpoint.is_on:
        return found
    rows = select_with_event().where(*due, IS_UNFINISHED)
    return list(rows.order_by(*order).limit(CANDIDATES))


def _consent(endpoint: WebhookEndpoint, event: OutboundEvent) -> ChannelConsent | None:
    """Return the store's consent to the endpoint's channel; None if it has ended (promise 9)."""
    if event.store_id is None:
        return None
    query = consents_reached(endpoint)
    found: ChannelConsent | None = query.where(ChannelConsent.store == event.store_id).first()
    return found


def _may_receive(
    endpoint: WebhookEndpoint, event: OutboundEvent, consent: ChannelConsent | None
) -> bool:
    if event.store_id is None or is_about_access(event.type):
        return bool(endpoint.channel.status == ChannelStatus.ACTIVE)
    if consent is None or not is_visible(event.type, consent.scopes):
        return False
    is_disconnected = consent.store.state == StoreState.DISCONNECTED
    if is_disconnected and not is_about_connection(event.type):
        return False
    return not is_about_issue(event.type) or may_know(event.detail["kind"], consent.scopes)
