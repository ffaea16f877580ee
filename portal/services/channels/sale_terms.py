"""Change the terms on which a channel sells a store's products, and find them.

The store's owner may change everything on the store's page *Channels*. A program of the channel may
pause selling, end its own pause and raise the stock buffer; it can't take back what the owner has
chosen. A change to what is already so is no change, and leaves no trace.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from portal.errors import ConsentRefusedError, InvalidFieldError
from portal.models import Channel, ChannelConsent, ChannelSelection, Merchant, database, utc_now
from portal.rules.channels.channel_states import ConsentChange, ConsentStatus
from portal.rules.channels.consent_refusals import ConsentRefusal
from portal.rules.orders.sale_terms import (
    OWN_TERMS,
    STOCK_BUFFER_LIMIT,
    SaleTerms,
    SellingPauseReason,
    SellingSide,
)
from portal.services.channels.consents import consent_facts, consent_of, record_change
from portal.services.work.row_locks import locked

# Kind of a sender of orders that is a channel; its id follows.
CHANNEL_SENDER = "channel"


def set_stock_buffer(
    consent: ChannelConsent, pieces: int, actor: Merchant | None, side: SellingSide
) -> ChannelConsent:
    """Hold back so many pieces of each stock; return the consent.

    ``actor`` is None for the current key. Raises InvalidFieldError, and ConsentRefusedError if the
    access has ended, or if a program would lower the buffer.
    """
    if not 0 <= pieces <= STOCK_BUFFER_LIMIT:
        raise InvalidFieldError(
            "stock_buffer", "out_of_range", f"must be from 0 to {STOCK_BUFFER_LIMIT}"
        )
    with database.atomic():
        held = _locked(consent)
        if pieces == held.stock_buffer:
            return held
        if side is SellingSide.CHANNEL and pieces < held.stock_buffer:
            raise ConsentRefusedError(held.store_id, ConsentRefusal.BUFFER_NOT_HIGHER)
        before = consent_facts(held)
        held.stock_buffer = pieces
        held.save(only=[ChannelConsent.stock_buffer])
        ChannelSelection.apply_again(ChannelSelection.consent == held.id)
        record_change(ConsentChange.STOCK_BUFFER_CHANGED, held, actor, before=before)
    return held


def pause_selling(
    consent: ChannelConsent,
    reason: SellingPauseReason | None,
    actor: Merchant | None,
    side: SellingSide,
) -> ChannelConsent:
    """Pause selling, unless it is paused already; return the consent.

    A pause by the store replaces one by the channel. Raises ConsentRefusedError if the access has
    ended.
    """
    with database.atomic():
        held = _locked(consent)
        is_upgrade = side is SellingSide.STORE and held.selling_paused_by == SellingSide.CHANNEL
        if held.selling_paused_at is not None and not is_upgrade:
            return held
        before = consent_facts(held)
        held.selling_paused_at = held.selling_paused_at or utc_now()
        held.selling_paused_by, held.selling_pause_reason = side, reason
        _save_pause(held)
        record_change(ConsentChange.SELLING_PAUSED, held, actor, before=before)
    return held


def resume_selling(
    consent: ChannelConsent, actor: Merchant | None, side: SellingSide
) -> ChannelConsent:
    """End the pause of selling, if there is one; return the consent.

    Raises ConsentRefusedError if the access has ended, or if a program would end a pause by the
    store.
    """
    with database.atomic():
        held = _locked(consent)
        if held.selling_paused_at is None:
            return held
        if side is SellingSide.CHANNEL and held.selling_paused_by == SellingSide.STORE:
            raise ConsentRefusedError(held.store_id, ConsentRefusal.SELLING_PAUSED_BY_STORE)
        before = consent_facts(held)
        held.selling_paused_at = held.selling_paused_by = held.selling_pause_reason = None
        _save_pause(held)
        record_change(ConsentChange.SELLING_RESUMED, held, actor, before=before)
    return held


def terms_of(consent: ChannelConsent | None) -> SaleTerms:
    """Return the terms of a consent; those of the store itself without one."""
    if consent is None:
        return OWN_TERMS
    return SaleTerms(consent.stock_buffer, consent.selling_paused_at is not None)


def catalog_terms_of(consent: ChannelConsent | None) -> SaleTerms:
    """Return the terms of a consent with the rules of its channel and its product selection.

    Takes one statement, and one more unless the consent comes with its channel.
    """
    if consent is None:
        return OWN_TERMS
    has_selection = ChannelSelection.select().where(ChannelSelection.consent == consent.id).exists()
    return replace(
        terms_of(consent),
        policy=consent.channel.sellable_policy,
        selection_id=consent.id if has_selection else None,
    )


def terms_of_sender(store_id: int, sender: str) -> SaleTerms:
    """Return the terms of the sender of an order: of ``channel 7``; people have the store's own."""
    channel_id = channel_of_sender(sender)
    if channel_id is None:
        return OWN_TERMS
    return catalog_terms_of(consent_of(channel_id, store_id))


def channel_of_sender(sender: str) -> int | None:
    """Return the id of the channel that sends orders; None for people."""
    kind, _, number = sender.partition(" ")
    return int(number) if kind == CHANNEL_SENDER and number.isdecimal() else None


def terms_by_store(channel_id: int, store_ids: Collection[int]) -> dict[int, SaleTerms]:
    """Return the same terms of a channel in each of these stores that has consented to it."""
    if not store_ids:
        return {}
    selections = selections_of(channel_id, store_ids)
    rows = (
        ChannelConsent.select(ChannelConsent, Channel)
        .join(Channel)
        .where(ChannelConsent.channel == channel_id, ChannelConsent.store.in_(list(store_ids)))
    )
    return {
        row.store_id: replace(
            terms_of(row),
            policy=row.channel.sellable_policy,
            selection_id=selections.get(row.store_id),
        )
        for row in rows
    }


def selections_of(channel_id: int, store_ids: Collection[int] | None = None) -> dict[int, int]:
    """Return the channel's consents with a product selection, by store.

    ``store_ids`` None means all stores.
    """
    rows: Any = (
        ChannelSelection.select(ChannelSelection.store, ChannelSelection.consent)
        .join(ChannelConsent)
        .where(ChannelConsent.channel == channel_id)
    )
    if store_ids is not None:
        rows = rows.where(ChannelSelection.store.in_(list(store_ids)))
    return dict(rows.tuples())


def _locked(consent: ChannelConsent) -> ChannelConsent:
    held: ChannelConsent = locked(
        ChannelConsent.select().where(ChannelConsent.id == consent.id)
    ).get()
    if held.status == ConsentStatus.REVOKED:
        raise ConsentRefusedError(held.store_id, ConsentRefusal.IS_REVOKED)
    return held


def _save_pause(consent: ChannelConsent) -> None:
    consent.save(
        only=[
            ChannelConsent.selling_paused_at,
            ChannelConsent.selling_paused_by,
            ChannelConsent.selling_pause_reason,
        ]
    )
