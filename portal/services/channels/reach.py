"""Stores that a key or an endpoint reaches: those with an active consent to an active channel.

A merchant's own channel reaches a store only while the merchant is a member of its team, with a
second factor if the store's owner requires one. Access
never spreads by membership: a store that the merchant joins later has no consent yet, and a key or
endpoint for all stores reaches those whose consent is older than the choice. A test key or endpoint
of the marketplace's channels reaches test stores only, a live one the others only.
`portal.services.outbox.publish` has the same conditions in plain SQL.

A disconnected store stays reached, but its copy can't be read until it is connected again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from peewee import ModelSelect, fn

from portal.models import (
    ApiKey,
    Channel,
    ChannelConsent,
    KeyMode,
    Membership,
    Role,
    Store,
    StoreState,
    WebhookEndpoint,
    has_second_factor_of,
    utc_now,
)
from portal.rules.api_keys.key_scopes import without_writes
from portal.rules.channels.channel_states import ChannelStatus, ConsentStatus

LAST_USED_RESOLUTION = timedelta(minutes=1)
# Condition: the merchant of a consent's own channel has the role read-only in the store.
IS_READ_ONLY: Any = fn.EXISTS(
    Membership.select(1).where(
        Membership.merchant == Channel.merchant,
        Membership.store == ChannelConsent.store,
        Membership.role == Role.READ_ONLY,
    )
)
_ROLE_COLUMN = IS_READ_ONLY.alias("is_read_only")


def consents_reached(program: ApiKey | WebhookEndpoint) -> ModelSelect[ChannelConsent]:
    """Return the query of the consents that a key or an endpoint uses, each with its store."""
    query = (
        ChannelConsent.select(ChannelConsent, Store)
        .join_from(ChannelConsent, Store)
        .join_from(ChannelConsent, Channel)
        .where(
            ChannelConsent.channel == program.channel_id,
            ChannelConsent.status == ConsentStatus.ACTIVE,
            Channel.status == ChannelStatus.ACTIVE,
            _is_of_mode(program) | (_merchant_is_member() & _has_required_factor()),
        )
    )
    if program.store_id is not None:
        return query.where(ChannelConsent.store == program.store_id)
    if program.stores_chosen_at is not None:
        return query.where(ChannelConsent.granted_at <= program.stores_chosen_at)
    return query


def consents_to_read(key: ApiKey) -> ModelSelect[ChannelConsent]:
    """Return the query of the consents to stores whose copy a key may read now."""
    return consents_reached(key).where(Store.state != StoreState.DISCONNECTED)


def consent_reached(program: ApiKey | WebhookEndpoint, store_id: int) -> ChannelConsent | None:
    """Return the consent by which a key or an endpoint reaches a store; None if it doesn't.

    While its merchant has the role read-only in the store, it lacks the scopes that write.
    """
    query = consents_reached(program).where(ChannelConsent.store == store_id)
    found: ChannelConsent | None = query.select_extend(_ROLE_COLUMN).first()
    return None if found is None else _as_role_allows(found)


def reaches_no_more(program: ApiKey | WebhookEndpoint, key: ApiKey) -> bool:
    """Return whether a key or an endpoint of the channel of ``key`` is for no other stores."""
    if program.store_id is not None:
        if key.store_id is not None:
            return bool(program.store_id == key.store_id)
        is_of_all = key.stores_chosen_at is None
        return is_of_all or consent_reached(key, program.store_id) is not None
    if key.store_id is not None:
        return False
    if key.stores_chosen_at is None:
        return True
    chosen_at = program.stores_chosen_at
    return chosen_at is not None and bool(chosen_at <= key.stores_chosen_at)


def list_consents_reached(
    key: ApiKey, *, after_store_id: int | None, external_reference: str | None, limit: int
) -> list[ChannelConsent]:
    """Return the consents to stores that a key may read, by store, each with its store.

    ``after_store_id`` is the last store of the previous page. With ``external_reference``, only
    those with this reference are returned.
    """
    query = consents_to_read(key).select_extend(_ROLE_COLUMN)
    query = query.order_by(ChannelConsent.store).limit(limit)
    if after_store_id is not None:
        query = query.where(ChannelConsent.store > after_store_id)
    if external_reference is not None:
        query = query.where(ChannelConsent.external_reference == external_reference)
    return [_as_role_allows(consent) for consent in query]


def store_ids_reached(program: ApiKey | WebhookEndpoint) -> list[int]:
    """Return the ids of the stores that a key or an endpoint reaches, in order."""
    rows = consents_reached(program).order_by(ChannelConsent.store)
    return [row.store_id for row in rows]


def record_use(consent: ChannelConsent) -> None:
    """Record the time of a use of the consent, to the minute."""
    now = utc_now()
    if consent.last_used_at is not None and now - consent.last_used_at < LAST_USED_RESOLUTION:
        return
    ChannelConsent.update(last_used_at=now).where(ChannelConsent.id == consent.id).execute()


def record_uses(key: ApiKey, store_ids: Collection[int]) -> None:
    """Record that a key has read records of these stores, to the minute."""
    if not store_ids:
        return
    now = utc_now()
    last_used = ChannelConsent.last_used_at
    outdated = ChannelConsent.select(ChannelConsent.id).where(
        ChannelConsent.channel == key.channel_id,
        ChannelConsent.store.in_(store_ids),
        last_used.is_null() | (last_used <= now - LAST_USED_RESOLUTION),
    )
    ids = [row.id for row in outdated]
    if ids:
        ChannelConsent.update(last_used_at=now).where(ChannelConsent.id.in_(ids)).execute()


def _is_of_mode(program: ApiKey | WebhookEndpoint) -> Any:
    is_for_test_stores = program.mode == KeyMode.TEST
    return Channel.merchant.is_null() & (Store.is_test == is_for_test_stores)


def _as_role_allows(consent: ChannelConsent) -> ChannelConsent:
    """Take the scopes that write from the consent in memory; the row is as it was."""
    if consent.is_read_only:
        consent.scopes = without_writes(consent.scopes)
    return consent


def _merchant_is_member() -> Any:
    member = Membership.select(1).where(
        Membership.merchant == Channel.merchant, Membership.store == ChannelConsent.store
    )
    return fn.EXISTS(member)


def _has_required_factor() -> Any:
    return ~Store.requires_second_factor | has_second_factor_of(Channel.merchant)
