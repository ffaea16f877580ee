"""Grant, narrow, pause, resume and revoke consents of stores to channels.

Each change is recorded in the audit log, and published to the channel's endpoints in the same
transaction, also when it ends the channel's access. `portal.services.channels.consent_emails`
informs the stores' owners after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from peewee import ModelSelect

from portal.errors import ConsentRefusedError
from portal.models import (
    AuditLogEntry,
    Channel,
    ChannelConsent,
    Merchant,
    Store,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.api_keys.key_scopes import known_scopes, store_scopes
from portal.rules.channels.channel_states import (
    ChannelStatus,
    ConsentChange,
    ConsentStatus,
    consent_status_after,
)
from portal.rules.channels.consent_refusals import ConsentRefusal
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.outbox.publish import EventDraft, find_channel_subscribers, publish_events
from portal.services.pagination import KeyPage, page_by_key
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)

CONSENTS_PER_PAGE = 10


def grant_consent(
    channel: Channel,
    store: Store,
    scopes: Iterable[str],
    actor: Merchant,
    *,
    external_reference: str | None = None,
) -> ChannelConsent:
    """Let the channel use ``scopes`` of the store, and return the consent.

    ``actor`` is the store's owner; the caller checks that. A consent that exists gets these scopes
    and becomes active. It keeps its reference if there is no new one. Raises ConsentRefusedError
    for a closed channel and without a scope that a store can consent to.
    """
    wanted = store_scopes(scopes)
    if channel.status == ChannelStatus.CLOSED:
        raise ConsentRefusedError(store.id, ConsentRefusal.CHANNEL_CLOSED)
    if not wanted:
        raise ConsentRefusedError(store.id, ConsentRefusal.NO_SCOPES)
    now = utc_now()
    with database.atomic():
        # Two links of one store may be finished at once: the second one waits, and finds the row.
        is_new = insert_consents([{"channel": channel, "store": store, "granted_at": now}])
        rows = ChannelConsent.select().where(
            ChannelConsent.channel == channel, ChannelConsent.store == store
        )
        consent: ChannelConsent = locked(rows).get()
        before = None if is_new else consent_facts(consent)
        if consent.status == ConsentStatus.REVOKED:
            consent.granted_at = now
        consent.scopes, consent.status = list(wanted), ConsentStatus.ACTIVE
        consent.granted_by, consent.changed_at = actor, now
        if external_reference is not None:
            consent.external_reference = external_reference
        consent.save()
        record_change(ConsentChange.CONSENTED, consent, actor, before=before)
    return consent


def change_consent(
    consent: ChannelConsent,
    change: ConsentChange,
    actor: Merchant | None,
    *,
    scopes: Iterable[str] | None = None,
) -> ChannelConsent:
    """Narrow, pause, resume or revoke a consent, and return it.

    ``scopes`` are those that remain after narrowing. ``actor`` is None for the current key or
    command. Raises ConsentRefusedError if the change isn't possible in the consent's status, or if
    the scopes are no part of the present ones.
    """
    with database.atomic():
        held = locked(ChannelConsent.select().where(ChannelConsent.id == consent.id)).get()
        before = consent_facts(held)
        status = consent_status_after(change, ConsentStatus(held.status))
        if status is None:
            raise ConsentRefusedError(held.store_id, ConsentRefusal(f"is_{held.status}"))
        if change is ConsentChange.NARROWED:
            held.scopes = _narrowed(held, scopes or ())
        held.status, held.changed_at = status, utc_now()
        held.save()
        record_change(change, held, actor, before=before)
    return held


def insert_consents(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert consents, and return the ids of the new ones; those that exist stay as they are."""
    inserted = ChannelConsent.insert_many(rows).on_conflict_ignore().returning(ChannelConsent.id)
    return [row.id for row in inserted.execute()]


def consent_of(channel: Channel | int, store_id: int) -> ChannelConsent | None:
    """Return the consent of a store to a channel, in any status; None if it was never granted."""
    found: ChannelConsent | None = ChannelConsent.get_or_none(
        ChannelConsent.channel == channel, ChannelConsent.store == store_id
    )
    return found


def consents_of_store(store: Store) -> Sequence[ChannelConsent]:
    """Return all consents of a store with their channels, the latest first."""
    return list(_of_store(store).order_by(ChannelConsent.id.desc()))


def page_of_consents(
    store: Store, *, after: int | None, before: int | None
) -> KeyPage[ChannelConsent]:
    """Return a page of the same; it is short, because each has forms."""
    query, size = _of_store(store), CONSENTS_PER_PAGE
    return page_by_key(query, ChannelConsent.id, after=after, before=before, size=size)


def list_consents(
    *,
    channel_id: int | None = None,
    store_id: int | None = None,
    after: int | None = None,
    before: int | None = None,
) -> KeyPage[ChannelConsent]:
    """Return a page of the consents with their channels, newest first."""
    query = ChannelConsent.select(ChannelConsent, Channel).join(Channel)
    if channel_id is not None:
        query = query.where(ChannelConsent.channel == channel_id)
    if store_id is not None:
        query = query.where(ChannelConsent.store == store_id)
    return page_by_key(query, ChannelConsent.id, after=after, before=before)


def consent_in_store(store: Store, consent_id: int) -> ChannelConsent | None:
    """Return one consent of the store with its channel; None if the store has no such consent."""
    found: ChannelConsent | None = (
        ChannelConsent.select(ChannelConsent, Channel, Merchant)
        .join(Channel)
        .join(Merchant, "LEFT JOIN")
        .where(ChannelConsent.store == store, ChannelConsent.id == consent_id)
        .first()
    )
    return found


def revoke_consents(consents: Iterable[ChannelConsent], actor: Merchant | None) -> None:
    """Revoke those of the consents that aren't revoked yet."""
    for consent in consents:
        if consent.status != ConsentStatus.REVOKED:
            change_consent(consent, ConsentChange.REVOKED, actor)


def _of_store(store: Store) -> ModelSelect[ChannelConsent]:
    rows = ChannelConsent.select(ChannelConsent, Channel, Merchant).join(Channel)
    return rows.join(Merchant, "LEFT JOIN").where(ChannelConsent.store == store)


def record_change(
    change: ConsentChange,
    consent: ChannelConsent,
    actor: Merchant | None,
    *,
    before: Mapping[str, Any] | None = None,
) -> None:
    """Audit and publish a change of a consent; call it in the transaction of the change."""
    target = f"channel {consent.channel_id}"
    after, action = consent_facts(consent), AuditAction(change.value)
    AuditLogEntry.record_request(
        consent.store_id, action, target, actor=actor, before=before, after=after
    )
    detail = after if consent.external_reference is None else {**after, **_reference(consent)}
    publish_events(
        consent.store_id,
        [EventDraft(OutboundEventType(change.value), detail=detail)],
        find_channel_subscribers(consent.channel_id, consent.store_id),
    )
    log.info(change.value, channel=consent.channel_id, store=consent.store_id)


def consent_facts(consent: ChannelConsent) -> dict[str, Any]:
    """Return what a consent allows, as the audit log and events have it."""
    by, reason = consent.selling_paused_by, consent.selling_pause_reason
    return {
        "status": str(consent.status),
        "scopes": list(consent.scopes),
        "stock_buffer": consent.stock_buffer,
        "selling_paused": consent.selling_paused_at is not None,
        "selling_paused_by": None if by is None else str(by),
        "selling_pause_reason": None if reason is None else str(reason),
    }


def _reference(consent: ChannelConsent) -> dict[str, Any]:
    return {"external_reference": consent.external_reference}


def _narrowed(consent: ChannelConsent, scopes: Iterable[str]) -> list[str]:
    left, present = known_scopes(scopes), set(consent.scopes)
    if not left or not set(left) < present:
        raise ConsentRefusedError(consent.store_id, ConsentRefusal.NOT_NARROWER)
    return [scope.value for scope in left]
