"""Emails to stores' owners about changes of consents, in the owner's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from portal.models import Channel, ChannelConsent, Membership, Merchant, Role, Store
from portal.rules.api_keys.key_scopes import PURPOSES, known_scopes
from portal.rules.channels.channel_states import SALE_CHANGES, ConsentChange
from portal.services.notifications.queued_emails import queue_email_to
from portal.services.runtime import Runtime

WITHOUT_PURPOSES = {ConsentChange.PAUSED, ConsentChange.REVOKED, *SALE_CHANGES}
# An email names at most this many stores.
STORES_NAMED = 20


def email_consents(
    runtime: Runtime,
    change: ConsentChange,
    consents: Iterable[ChannelConsent],
    actor: Merchant | None,
) -> None:
    """Email each owner once about the change of their stores' consents.

    An owner gets no email about the own keys and endpoints that they make.
    """
    by_store = {consent.store_id: consent for consent in consents}
    if not by_store:
        return
    channel: Channel = Channel.get_by_id(next(iter(by_store.values())).channel_id)
    stores = defaultdict(list)
    owners: dict[int, Merchant] = {}
    for owner in _owners(by_store):
        is_own_act = actor is not None and channel.is_own and owner.merchant_id == actor.id
        if not is_own_act:
            owners[owner.merchant_id] = owner.merchant
            stores[owner.merchant_id].append(owner.store)
    for merchant_id, merchant in owners.items():
        _send(runtime, change, channel, merchant, stores[merchant_id], by_store)


def _owners(by_store: dict[int, ChannelConsent]) -> list[Membership]:
    rows = (
        Membership.select(Membership, Merchant, Store)
        .join_from(Membership, Merchant)
        .join_from(Membership, Store)
        .where(Membership.store.in_(list(by_store)), Membership.role == Role.OWNER)
    )
    return list(rows.order_by(Membership.store))


def _send(
    runtime: Runtime,
    change: ConsentChange,
    channel: Channel,
    owner: Merchant,
    stores: list[Store],
    by_store: dict[int, ChannelConsent],
) -> None:
    base = runtime.settings.portal_url
    member = channel.merchant.email if channel.merchant is not None else None
    queue_email_to(
        runtime,
        owner,
        "channel_consent",
        store_id=stores[0].id if len(stores) == 1 else None,
        change=change,
        channel=channel.name,
        member=member,
        stores=[store.name for store in stores[:STORES_NAMED]],
        more=max(0, len(stores) - STORES_NAMED),
        purposes=_purposes(change, channel, by_store[stores[0].id]),
        pieces=by_store[stores[0].id].stock_buffer,
        link=f"{base}/stores/{stores[0].id}/channels",
    )


def _purposes(change: ConsentChange, channel: Channel, consent: ChannelConsent) -> list[str]:
    """Return what the channel may do from now on; none for a channel whose keys say it."""
    if channel.is_own or change in WITHOUT_PURPOSES:
        return []
    return [PURPOSES[scope] for scope in known_scopes(consent.scopes)]
