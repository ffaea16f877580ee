"""Create, change, pause and delete endpoints; each change is recorded in the audit log.

Secrets are stored sealed, and shown only once, when they are created.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from portal.models import (
    AuditLogEntry,
    Channel,
    ChannelConsent,
    Delivery,
    EndpointState,
    KeyMode,
    Merchant,
    Store,
    WebhookEndpoint,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.channels.manage_channels import lock_channel
from portal.services.channels.reach import store_ids_reached
from portal.services.outbound_webhooks.deliveries import lock_endpoint
from portal.services.outbound_webhooks.endpoint_secrets import (
    new_secret,
    replace_secret,
    set_secret,
)
from portal.services.runtime import Runtime

ENDPOINTS_PER_CHANNEL = 20
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
    """An endpoint with its newly created secret, which is shown only once.

    ``granted`` has the consents that creating it recorded.
    """

    endpoint: WebhookEndpoint
    text: str
    granted: Sequence[ChannelConsent] = ()


def add_channel_endpoint(
    runtime: Runtime,
    channel: Channel,
    endpoint_settings: EndpointSettings,
    *,
    stores_chosen_at: datetime | None = None,
    mode: KeyMode = KeyMode.LIVE,
    actor: Merchant | None = None,
) -> NewSecret | None:
    """Create an endpoint of a channel; None if it has `ENDPOINTS_PER_CHANNEL` of this mode already.

    ``stores_chosen_at`` is documented at `ApiKey`. ``actor`` is None for the current key or
    command.
    """
    secret = new_secret()
    with database.atomic():
        lock_channel(channel.id)
        of_mode = endpoints_of_channel(channel).where(WebhookEndpoint.mode == mode)
        if of_mode.count() >= ENDPOINTS_PER_CHANNEL:
            return None
        endpoint = WebhookEndpoint.create(
            channel=channel,
            merchant=channel.merchant_id,
            stores_chosen_at=stores_chosen_at,
            mode=mode,
            sealed_secret="",
            **endpoint_settings.as_columns(),
        )
        set_secret(runtime.sealer, endpoint, secret)
        endpoint.save(only=[WebhookEndpoint.sealed_secret])
        log_for_stores(endpoint, actor, AuditAction.ENDPOINT_CREATED, after=_audit_values(endpoint))
    return NewSecret(endpoint, secret)


def change_channel_endpoint(
    endpoint: WebhookEndpoint,
    endpoint_settings: EndpointSettings,
    *,
    stores_chosen_at: datetime | None = None,
    actor: Merchant | None = None,
) -> None:
    """Change an endpoint of any channel; waiting deliveries go to its new address."""
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None:
            return
        before = _audit_values(held)
        WebhookEndpoint.update(
            stores_chosen_at=stores_chosen_at, **endpoint_settings.as_columns()
        ).where(WebhookEndpoint.id == endpoint.id).execute()
        changed = WebhookEndpoint.get_by_id(endpoint.id)
        log_for_stores(
            changed,
            actor,
            AuditAction.ENDPOINT_CHANGED,
            before=before,
            after=_audit_values(changed),
        )


def rotate_secret(
    runtime: Runtime, endpoint: WebhookEndpoint, merchant: Merchant | None
) -> NewSecret | None:
    """Return the endpoint with a new secret, None if it was deleted.

    The old secret signs, too, during `ROTATION_GRACE`. ``merchant`` is None for the current key or
    command.
    """
    secret = new_secret()
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None:
            return None
        replace_secret(runtime.sealer, held, secret)
        held.save()
        log_for_stores(held, merchant, AuditAction.ENDPOINT_ROTATED)
    return NewSecret(held, secret)


def pause_endpoint(endpoint: WebhookEndpoint, merchant: Merchant | None) -> bool:
    """Pause the endpoint until it is turned on; return False if it isn't on."""
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None or not held.is_on:
            return False
        held.state, held.state_changed_at = EndpointState.PAUSED, utc_now()
        held.save()
        log_for_stores(held, merchant, AuditAction.ENDPOINT_PAUSED)
    return True


def turn_on_endpoint(endpoint: WebhookEndpoint, merchant: Merchant | None) -> bool:
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


def delete_endpoint(runtime: Runtime, endpoint: WebhookEndpoint, merchant: Merchant | None) -> None:
    """Delete the endpoint and its deliveries, in batches that don't block other writers.

    ``merchant`` is None for the current key or command.
    """
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


def endpoints_of_channel(channel: Channel) -> Any:
    """Return the query of a channel's endpoints, newest first."""
    rows = WebhookEndpoint.select(WebhookEndpoint, Store).left_outer_join(Store)
    return rows.where(WebhookEndpoint.channel == channel).order_by(WebhookEndpoint.id.desc())


def endpoint_of(merchant: Merchant, endpoint_id: int) -> WebhookEndpoint | None:
    """Return the endpoint if it belongs to the merchant, else None, as for an unknown one."""
    found: WebhookEndpoint | None = (
        endpoints_of(merchant).where(WebhookEndpoint.id == endpoint_id).first()
    )
    return found


def log_for_stores(
    endpoint: WebhookEndpoint, actor: Merchant | None, action: AuditAction, **facts: Any
) -> None:
    """Record an action on an endpoint for each store of a merchant's endpoint, or else once.

    ``actor`` is None for the current key or command.
    """
    reached = store_ids_reached(endpoint) if endpoint.merchant_id is not None else []
    store_ids: list[int | None] = [*reached] or [None]
    target = f"endpoint {endpoint.id}"
    for store_id in store_ids:
        AuditLogEntry.record_request(store_id, action, target, actor=actor, **facts)


def _audit_values(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Return the values for the audit log; only the URL's host, as the rest may contain secrets."""
    host = urlsplit(endpoint.url).hostname
    return {"host": host, "store": endpoint.store_id, "events": endpoint.event_types}
