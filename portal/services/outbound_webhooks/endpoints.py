"""Create, change, pause and delete endpoints; each change is recorded in the audit log.

Secrets are stored sealed, and shown only once, when they are created.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from portal.models import (
    AuditLogEntry,
    Delivery,
    EndpointState,
    Membership,
    Merchant,
    Store,
    WebhookEndpoint,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.outbound_webhooks.deliveries import lock_endpoint
from portal.services.outbound_webhooks.signed_request import new_secret
from portal.services.runtime import Runtime

# The old secret also signs during this time, so receivers can switch to the new one.
ROTATION_GRACE = timedelta(hours=24)
ENDPOINTS_PER_MERCHANT = 20
DELETE_BATCH = 500
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class EndpointSettings:
    """Settings of an endpoint; the caller checks that the store belongs to the merchant."""

    name: str
    url: str
    store: Store | None
    events: Sequence[OutboundEventType]

    def as_columns(self) -> dict[str, Any]:
        """Return the settings by column."""
        return {
            "name": self.name,
            "url": self.url,
            "store": self.store,
            "event_types": [event.value for event in self.events],
        }


@dataclass(frozen=True)
class NewSecret:
    """An endpoint with its newly created secret, which is shown only once."""

    endpoint: WebhookEndpoint
    text: str


def add_endpoint(
    runtime: Runtime, merchant: Merchant, endpoint_settings: EndpointSettings
) -> NewSecret | None:
    """Create an endpoint; return None if the merchant has `ENDPOINTS_PER_MERCHANT` already."""
    secret = new_secret()
    with database.atomic():
        if endpoints_of(merchant).count() >= ENDPOINTS_PER_MERCHANT:
            return None
        endpoint = WebhookEndpoint.create(
            merchant=merchant,
            sealed_secret=runtime.sealer.seal(secret),
            **endpoint_settings.as_columns(),
        )
        log_for_stores(
            endpoint, merchant, AuditAction.ENDPOINT_CREATED, after=_audit_values(endpoint)
        )
    return NewSecret(endpoint, secret)


def change_endpoint(
    endpoint: WebhookEndpoint, merchant: Merchant, endpoint_settings: EndpointSettings
) -> None:
    """Change the endpoint's settings; waiting deliveries go to its new address."""
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None:
            return
        before = _audit_values(held)
        WebhookEndpoint.update(**endpoint_settings.as_columns()).where(
            WebhookEndpoint.id == endpoint.id
        ).execute()
        changed = WebhookEndpoint.get_by_id(endpoint.id)
        log_for_stores(
            changed,
            merchant,
            AuditAction.ENDPOINT_CHANGED,
            before=before,
            after=_audit_values(changed),
        )


def rotate_secret(
    runtime: Runtime, endpoint: WebhookEndpoint, merchant: Merchant
) -> NewSecret | None:
    """Return the endpoint with a new secret, None if it was deleted.

    The old secret signs, too, during `ROTATION_GRACE`.
    """
    secret = new_secret()
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None:
            return None
        now = utc_now()
        held.sealed_previous_secret = held.sealed_secret
        held.sealed_secret = runtime.sealer.seal(secret)
        held.previous_expires_at, held.rotated_at = now + ROTATION_GRACE, now
        held.save()
        log_for_stores(held, merchant, AuditAction.ENDPOINT_ROTATED)
    return NewSecret(held, secret)


def pause_endpoint(endpoint: WebhookEndpoint, merchant: Merchant) -> bool:
    """Pause the endpoint until it is turned on; return False if it isn't on."""
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None or not held.is_on:
            return False
        held.state, held.state_changed_at = EndpointState.PAUSED, utc_now()
        held.save()
        log_for_stores(held, merchant, AuditAction.ENDPOINT_PAUSED)
    return True


def turn_on_endpoint(endpoint: WebhookEndpoint, merchant: Merchant) -> bool:
    """Turn the endpoint on and reset its failures; return False if it is on already."""
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None or held.is_on:
            return False
        held.state, held.state_changed_at, held.off_reason = EndpointState.ON, utc_now(), None
        held.failing_since_at, held.resume_at = None, None
        held.failures = held.alerted_percent = 0
        held.save()
        log_for_stores(held, merchant, AuditAction.ENDPOINT_TURNED_ON)
    return True


def delete_endpoint(runtime: Runtime, endpoint: WebhookEndpoint, merchant: Merchant) -> None:
    """Delete the endpoint and its deliveries, in batches that don't block other writers."""
    # An endpoint paused this long ago gets no new deliveries during the deletion.
    with database.atomic():
        WebhookEndpoint.update(state=EndpointState.PAUSED, state_changed_at=LONG_AGO).where(
            WebhookEndpoint.id == endpoint.id
        ).execute()
        # The deliveries are deleted in other transactions, so the entry comes first.
        log_for_stores(
            endpoint, merchant, AuditAction.ENDPOINT_DELETED, before=_audit_values(endpoint)
        )
    while True:
        some = Delivery.select(Delivery.id).where(Delivery.endpoint == endpoint)
        ids = [row.id for row in some.limit(DELETE_BATCH)]
        if not ids:
            break
        with runtime.write_lock.held(), database.atomic():
            Delivery.delete().where(Delivery.id.in_(ids)).execute()
    endpoint.delete_instance()


def endpoints_of(merchant: Merchant) -> Any:
    """Return the query of the merchant's endpoints, newest first."""
    rows = WebhookEndpoint.select(WebhookEndpoint, Store).left_outer_join(Store)
    return rows.where(WebhookEndpoint.merchant == merchant).order_by(WebhookEndpoint.id.desc())


def endpoint_of(merchant: Merchant, endpoint_id: int) -> WebhookEndpoint | None:
    """Return the endpoint if it belongs to the merchant, else None, as for an unknown one."""
    found: WebhookEndpoint | None = (
        endpoints_of(merchant).where(WebhookEndpoint.id == endpoint_id).first()
    )
    return found


def log_for_stores(
    endpoint: WebhookEndpoint, actor: Merchant, action: AuditAction, **facts: Any
) -> None:
    """Record a person's action on an endpoint for each of its stores, or once if there is none."""
    stores = Membership.stores_of(endpoint.merchant)
    if endpoint.store_id is not None:
        stores = stores.where(Store.id == endpoint.store_id)
    ids: list[int | None] = [store.id for store in stores]
    for store_id in ids or [None]:
        AuditLogEntry.record(store_id, action, f"endpoint {endpoint.id}", actor=actor, **facts)


def _audit_values(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Return the values for the audit log; only the URL's host, as the rest may contain secrets."""
    host = urlsplit(endpoint.url).hostname
    return {"host": host, "store": endpoint.store_id, "events": endpoint.event_types}
