"""Make, change, rotate, pause and delete endpoints of channels; each change stands in the audit.

Secrets are kept sealed and shown once, when they are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from portal.models import (
    Audit,
    ChannelEndpoint,
    Delivery,
    EndpointState,
    Membership,
    Merchant,
    Store,
    database,
    utc_now,
)
from portal.rules.outbound_webhooks.outbound_events import OutboundEvent
from portal.services.outbound_webhooks.deliveries import lock_endpoint
from portal.services.outbound_webhooks.signed_request import new_secret
from portal.services.runtime import Runtime

# Receivers have so long to take the new secret.
ROTATION_GRACE = timedelta(hours=24)
ENDPOINTS_PER_MERCHANT = 20
DELETED_AT_ONCE = 500
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class EndpointWish:
    """Hold what a merchant wants of an endpoint; the caller checks that the store is theirs."""

    name: str
    url: str
    store: Store | None
    events: Sequence[OutboundEvent]

    def as_columns(self) -> dict[str, Any]:
        """Return it by column."""
        return {
            "name": self.name,
            "url": self.url,
            "store": self.store,
            "event_types": [event.value for event in self.events],
        }


@dataclass(frozen=True)
class NewSecret:
    """Hold an endpoint with the secret that was just made: it is shown once, now."""

    endpoint: ChannelEndpoint
    text: str


def add_endpoint(runtime: Runtime, merchant: Merchant, wish: EndpointWish) -> NewSecret | None:
    """Return a new endpoint; None if the merchant has `ENDPOINTS_PER_MERCHANT` already."""
    secret = new_secret()
    with database.atomic():
        if endpoints_of(merchant).count() >= ENDPOINTS_PER_MERCHANT:
            return None
        endpoint = ChannelEndpoint.create(
            merchant=merchant, sealed_secret=runtime.sealer.seal(secret), **wish.as_columns()
        )
        note_for_stores(endpoint, merchant, "endpoint.made", after=_facts(endpoint))
    return NewSecret(endpoint, secret)


def change_endpoint(endpoint: ChannelEndpoint, merchant: Merchant, wish: EndpointWish) -> None:
    """Change what the endpoint is; what waits for it goes to its new address."""
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None:
            return
        before = _facts(held)
        ChannelEndpoint.update(**wish.as_columns()).where(
            ChannelEndpoint.id == endpoint.id
        ).execute()
        changed = ChannelEndpoint.get_by_id(endpoint.id)
        note_for_stores(changed, merchant, "endpoint.changed", before=before, after=_facts(changed))


def rotate_secret(
    runtime: Runtime, endpoint: ChannelEndpoint, merchant: Merchant
) -> NewSecret | None:
    """Return the endpoint with a new secret, None if it is gone; the old one signs for a day."""
    secret = new_secret()
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None:
            return None
        now = utc_now()
        held.sealed_previous_secret = held.sealed_secret
        held.sealed_secret = runtime.sealer.seal(secret)
        held.previous_until_at, held.rotated_at = now + ROTATION_GRACE, now
        held.save()
        note_for_stores(held, merchant, "endpoint.rotated")
    return NewSecret(held, secret)


def pause_endpoint(endpoint: ChannelEndpoint, merchant: Merchant) -> bool:
    """Send nothing to the endpoint until it is turned on; False if it isn't on."""
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None or not held.is_on:
            return False
        held.state, held.state_since_at = EndpointState.PAUSED, utc_now()
        held.save()
        note_for_stores(held, merchant, "endpoint.paused")
    return True


def turn_on_endpoint(endpoint: ChannelEndpoint, merchant: Merchant) -> bool:
    """Send to the endpoint again, as if it had never failed; False if it is on."""
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None or held.is_on:
            return False
        held.state, held.state_since_at, held.off_reason = EndpointState.ON, utc_now(), None
        held.failing_since_at, held.resume_at = None, None
        held.failures = held.told_percent = 0
        held.save()
        note_for_stores(held, merchant, "endpoint.turned_on")
    return True


def delete_endpoint(runtime: Runtime, endpoint: ChannelEndpoint, merchant: Merchant) -> None:
    """Delete the endpoint with all that was sent to it, in parts that hold nobody up for long."""
    # Off for so long that nothing more is written for it meanwhile.
    ChannelEndpoint.update(state=EndpointState.PAUSED, state_since_at=LONG_AGO).where(
        ChannelEndpoint.id == endpoint.id
    ).execute()
    while True:
        some = Delivery.select(Delivery.id).where(Delivery.endpoint == endpoint)
        ids = [row.id for row in some.limit(DELETED_AT_ONCE)]
        if not ids:
            break
        with runtime.turn.taken(), database.atomic():
            Delivery.delete().where(Delivery.id.in_(ids)).execute()
    with database.atomic():
        note_for_stores(endpoint, merchant, "endpoint.deleted", before=_facts(endpoint))
        endpoint.delete_instance()


def endpoints_of(merchant: Merchant) -> Any:
    """Return the query of the merchant's endpoints, the newest first."""
    rows = ChannelEndpoint.select(ChannelEndpoint, Store).left_outer_join(Store)
    return rows.where(ChannelEndpoint.merchant == merchant).order_by(ChannelEndpoint.id.desc())


def endpoint_of(merchant: Merchant, endpoint_id: int) -> ChannelEndpoint | None:
    """Return the endpoint if it is the merchant's, else None: a stranger learns nothing."""
    found: ChannelEndpoint | None = (
        endpoints_of(merchant).where(ChannelEndpoint.id == endpoint_id).first()
    )
    return found


def note_for_stores(endpoint: ChannelEndpoint, who: Merchant, action: str, **facts: Any) -> None:
    """Write down what a person did with an endpoint, for each store that it hears of."""
    stores = Membership.stores_of(endpoint.merchant)
    if endpoint.store_id is not None:
        stores = stores.where(Store.id == endpoint.store_id)
    for store in stores:
        Audit.note(store.id, action, f"endpoint {endpoint.id}", who=who, **facts)


def _facts(endpoint: ChannelEndpoint) -> dict[str, Any]:
    """Return what the audit keeps: of the address the host, for the rest may be a secret."""
    host = urlsplit(endpoint.url).hostname
    return {"host": host, "store": endpoint.store_id, "events": endpoint.event_types}
