"""Channels of merchants: the keys and endpoints that a merchant makes for their own programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.errors import ConsentRefusedError
from portal.models import Channel, ChannelConsent, Membership, Merchant, Role, Store, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT, chunked
from portal.rules.api_keys.key_scopes import STORE_SCOPES
from portal.rules.channels.channel_states import ChannelKind, ConsentChange, ConsentStatus
from portal.rules.channels.consent_refusals import ConsentRefusal
from portal.services.channels.consents import (
    consent_facts,
    insert_consents,
    record_change,
    revoke_consents,
)


@dataclass(frozen=True)
class ChosenStores:
    """Stores that a merchant has chosen for a key or an endpoint.

    ``chosen_at`` is None for a single store. ``granted`` has the consents that the choice made.
    """

    channel: Channel
    chosen_at: datetime | None
    granted: Sequence[ChannelConsent] = ()


def own_channel(merchant: Merchant) -> Channel:
    """Return the channel of the merchant, created if necessary."""
    channel: Channel = Channel.get_or_create(
        merchant=merchant, defaults={"kind": ChannelKind.OWN, "name": ""}
    )[0]
    return channel


def find_own_channel(merchant: Merchant) -> Channel | None:
    """Return the channel of the merchant; None if the merchant never had a key or an endpoint."""
    found: Channel | None = Channel.get_or_none(Channel.merchant == merchant)
    return found


def choose_stores(merchant: Merchant, store: Store | None) -> ChosenStores:
    """Let the merchant's channel use one store, or all present stores of the merchant.

    Call it in the transaction that writes the key or the endpoint; the caller checks that the store
    is the merchant's. An owner thereby renews a consent that ended. For staff it stays ended;
    choosing only such a store raises ConsentRefusedError.
    """
    channel, now = own_channel(merchant), utc_now()
    memberships = Membership.select().where(Membership.merchant == merchant)
    if store is not None:
        memberships = memberships.where(Membership.store == store)
    roles = {row.store_id: row.role for row in memberships}
    known = {row.store_id: row for row in _consents(channel, store)}
    renewed = [
        consent
        for store_id, consent in known.items()
        if consent.status == ConsentStatus.REVOKED and roles.get(store_id) == Role.OWNER
    ]
    if store is not None and _is_ended(known.get(store.id)) and not renewed:
        raise ConsentRefusedError(store.id, ConsentRefusal.ENDED_BY_OWNER)
    for consent in renewed:
        _renew(consent, merchant, now)
    missing = [store_id for store_id in roles if store_id not in known]
    granted = _grant(channel, merchant, missing, now)
    return ChosenStores(channel, now if store is None else None, granted)


def leave_store(merchant_id: int, store_id: int, actor: Merchant) -> None:
    """End the access of a member who leaves a team, so that it doesn't return with the member."""
    mine = ChannelConsent.select().join(Channel).where(Channel.merchant == merchant_id)
    revoke_consents(mine.where(ChannelConsent.store == store_id), actor)


def revoke_all(store_id: int, actor: Merchant) -> None:
    """End the access of all channels to a store that gets a new team."""
    revoke_consents(ChannelConsent.select().where(ChannelConsent.store == store_id), actor)


def _consents(channel: Channel, store: Store | None) -> Sequence[ChannelConsent]:
    rows = ChannelConsent.select().where(ChannelConsent.channel == channel)
    return list(rows if store is None else rows.where(ChannelConsent.store == store))


def _is_ended(consent: ChannelConsent | None) -> bool:
    return consent is not None and consent.status == ConsentStatus.REVOKED


def _renew(consent: ChannelConsent, merchant: Merchant, now: datetime) -> None:
    before = consent_facts(consent)
    consent.status, consent.granted_by = ConsentStatus.ACTIVE, merchant
    consent.granted_at = consent.changed_at = now
    consent.save()
    record_change(ConsentChange.CONSENTED, consent, merchant, before=before)


def _grant(
    channel: Channel, merchant: Merchant, store_ids: Sequence[int], now: datetime
) -> Sequence[ChannelConsent]:
    rows = [
        {
            "channel": channel,
            "store": store_id,
            "scopes": [scope.value for scope in STORE_SCOPES],
            "granted_by": merchant,
            "granted_at": now,
            "changed_at": now,
        }
        for store_id in store_ids
    ]
    new = [each for part in chunked(rows, ROWS_PER_STATEMENT) for each in insert_consents(part)]
    granted = ChannelConsent.select().where(ChannelConsent.id.in_(new))
    made = list(granted.order_by(ChannelConsent.store)) if new else []
    for consent in made:
        record_change(ConsentChange.CONSENTED, consent, merchant)
    return made
