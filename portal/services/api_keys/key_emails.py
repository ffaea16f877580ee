"""Emails about API keys to people whose stores they reach, and to those who made them.

A key of a marketplace's channel reaches thousands of stores, whose owners have consented to the
channel and not to a key. So its email goes to the channel's contact alone; the owners see the key
on the store's page *Channels*. A failure is only logged because the change stays made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from portal.email import render_email
from portal.i18n import DEFAULT_LANGUAGE
from portal.models import ApiKey, Channel, Membership, Merchant, Role, Store
from portal.rules.api_keys.key_scopes import PURPOSES, known_scopes
from portal.services.api_keys.channel_keys import NewKey
from portal.services.channels.reach import store_ids_reached
from portal.services.notifications.queued_emails import queue_email
from portal.services.runtime import Runtime

STORES_NAMED = 20
# A member of more teams has few owners in common; the others see the key on their pages.
OWNERS_MAILED = 50


def email_new_key(runtime: Runtime, made: NewKey, actor: Merchant | None = None) -> None:
    """Email the owners of the stores that a new key reaches.

    Owners whose stores have just consented already get an email about that, and the actor sees the
    key. Of a marketplace's channel the contact gets the email.
    """
    key = made.key
    channel: Channel = key.channel
    if not channel.is_own:
        _send(runtime, key, "made", channel.contact_email, channel=channel.name)
        return
    announced = {consent.store_id for consent in made.granted}
    store_ids = [each for each in store_ids_reached(key) if each not in announced]
    for owner, stores in _owners(store_ids, actor)[:OWNERS_MAILED]:
        email_key(runtime, key, "made", owner, stores)


def email_key(
    runtime: Runtime, key: ApiKey, what: str, to: Merchant, stores: Sequence[Store] = ()
) -> None:
    """Email a person about a key of a merchant: made, revoked_by_owner or expires."""
    _send(runtime, key, what, to.email, locale=to.locale, stores=stores, merchant_id=to.id)


def email_maker(runtime: Runtime, key: ApiKey, what: str) -> None:
    """Email the merchant of a key, or the contact of the marketplace's channel."""
    if key.merchant is not None:
        email_key(runtime, key, what, key.merchant)
    else:
        _send(runtime, key, what, key.channel.contact_email, channel=key.channel.name)


def _owners(
    store_ids: Collection[int], actor: Merchant | None
) -> list[tuple[Merchant, list[Store]]]:
    rows = (
        Membership.select(Membership, Merchant, Store)
        .join_from(Membership, Merchant)
        .join_from(Membership, Store)
        .where(Membership.store.in_(list(store_ids)), Membership.role == Role.OWNER)
        .order_by(Membership.store)
    )
    stores: dict[Merchant, list[Store]] = defaultdict(list)
    for row in rows if store_ids else ():
        if actor is None or row.merchant_id != actor.id:
            stores[row.merchant].append(row.store)
    return list(stores.items())


def _send(
    runtime: Runtime,
    key: ApiKey,
    what: str,
    to: str,
    *,
    locale: str = DEFAULT_LANGUAGE,
    stores: Sequence[Store] = (),
    channel: str = "",
    merchant_id: int | None = None,
) -> None:
    if not to:
        return
    base = runtime.settings.portal_url
    page = f"/stores/{stores[0].id}/channels" if stores else "/account/keys"
    email = render_email(
        "api_key",
        brand=runtime.settings.brand,
        locale=locale,
        what=what,
        title=key.name,
        prefix=key.shown_prefix,
        member=None if key.merchant is None else key.merchant.email,
        channel=channel,
        stores=[store.name for store in stores[:STORES_NAMED]],
        more=max(0, len(stores) - STORES_NAMED),
        purposes=[PURPOSES[scope] for scope in known_scopes(key.scopes)],
        expires_at=key.expires_at,
        link=f"{base}{page}",
    )
    store_id = stores[0].id if len(stores) == 1 else None
    queue_email(runtime, email, kind="api_key", to=to, merchant_id=merchant_id, store_id=store_id)
