"""Evaluation of product selections, in the transaction that writes or deletes the products.

The caller holds the lock of the store's products, so a selection and its entries in the change
feed have the order of the writes. A product that enters or leaves a selection takes its variations
along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from portal.models.base import database, utc_now
from portal.models.bulk import StoredRow, chunked, in_values
from portal.models.change_feed import add_entries
from portal.models.channel import Channel
from portal.models.channel_consent import ChannelConsent
from portal.models.channel_product_states import (
    DEFAULT,
    ProductState,
    add_to_counts,
    read_states,
    store_states,
)
from portal.models.channel_selection import ChannelProduct, ChannelSelection, picks_of
from portal.rules.channels.product_selection import (
    ProductConditions,
    ProductSelection,
    SelectionKind,
)
from portal.rules.orders.sale_terms import SaleTerms
from portal.rules.records.feed_cursor import FeedOperation
from portal.rules.records.json_values import Json, decode_record
from portal.rules.records.offered_records import offered_record
from portal.rules.records.sellable import product_reasons

if TYPE_CHECKING:
    from portal.models.last_write_wins import UpsertResult

PRODUCT, VARIATION = "product", "variation"
IDS_AT_ONCE = 1_000


class EvaluatedProduct(NamedTuple):
    """Product to evaluate; ``is_new`` says that the mirror had no row of it, not even a deleted."""

    product_id: int
    raw: Json
    is_live: bool = True
    is_new: bool = False


@dataclass(frozen=True)
class Selection:
    """Selection of one consent with its terms of sale."""

    consent_id: int
    store_id: int
    rule: ProductSelection
    terms: SaleTerms


def evaluate_written(store_id: int, rows: Iterable[StoredRow], done: UpsertResult) -> None:
    """Evaluate the products that the mirror has just written with the result ``done``.

    A store without selections costs one look-up.
    """
    written, inserted = {*done.changed, *done.created}, set(done.inserted)
    if not written or not _has_selections(store_id):
        return
    products = [
        EvaluatedProduct(
            row["remote_id"],
            decode_record(row["raw"]),
            is_live=row.get("deleted_at") is None,
            is_new=row["remote_id"] in inserted,
        )
        for row in rows
        if row["remote_id"] in written
    ]
    for selection in selections_of_store(store_id):
        evaluate(selection, products)


def _has_selections(store_id: int) -> bool:
    # Plain SQL, because each page of a sync runs it.
    found = database.execute_sql(
        f"SELECT 1 FROM channel_selection WHERE store_id = {database.param} LIMIT 1",  # noqa: S608
        (store_id,),
    ).fetchone()
    return found is not None


def selections_of_store(store_id: int) -> list[Selection]:
    """Return the selections of a store; one statement."""
    query = (
        ChannelSelection.select(ChannelSelection, ChannelConsent, Channel)
        .join(ChannelConsent)
        .join(Channel)
        .where(ChannelSelection.store == store_id)
        .order_by(ChannelSelection.consent)
    )
    return [selection_of(row, row.consent) for row in query]


def selection_of(row: ChannelSelection, consent: ChannelConsent) -> Selection:
    """Return a stored selection with the rules of its channel and the consent's stock buffer."""
    rule = ProductSelection(
        SelectionKind(row.kind),
        frozenset(row.expanded_category_ids),
        ProductConditions.read(row.conditions),
    )
    terms = SaleTerms(consent.stock_buffer, policy=consent.channel.sellable_policy)
    return Selection(row.consent_id, row.store_id, rule, terms)


def evaluate(selection: Selection, products: Sequence[EvaluatedProduct]) -> None:
    """Store which of these products the channel gets and can sell, and add feed entries."""
    ids = [product.product_id for product in products]
    before, picks = read_states(selection.consent_id, ids), picks_of(selection.consent_id, ids)
    now, after = utc_now(), {}
    entered: list[int] = []
    left: list[int] = []
    for each in products:
        was = before.get(each.product_id, DEFAULT)
        state = after[each.product_id] = _state(selection, each, picks, was, now)
        if not each.is_new and state.is_selected != was.is_selected:
            (entered if state.is_selected else left).append(each.product_id)
    store_states(selection.consent_id, before, after)
    _add_entries(selection, FeedOperation.DELETED, left)
    _add_entries(selection, FeedOperation.CREATED, entered)


def mark_deleted_products(store_id: int, product_ids: Sequence[int]) -> None:
    """Leave the deleted products out of the counts of all selections of the store."""
    if not _has_selections(store_id):
        return
    consents = ChannelSelection.select(ChannelSelection.consent).where(
        ChannelSelection.store == store_id
    )
    for ids in chunked(product_ids, IDS_AT_ONCE):
        marked = (
            ChannelProduct.update(is_deleted=True)
            .where(
                ChannelProduct.consent.in_(consents),
                in_values(ChannelProduct.product_id, ids),
                ~ChannelProduct.is_deleted,
            )
            .returning(ChannelProduct.consent, ChannelProduct.is_selected, ChannelProduct.reasons)
        )
        changes: dict[int, list[tuple[int, int]]] = {}
        for row in marked.execute():
            unselected, unsellable = ProductState(row.is_selected, row.reasons).counts
            changes.setdefault(row.consent_id, []).append((-unselected, -unsellable))
        for consent_id in sorted(changes):
            add_to_counts(consent_id, changes[consent_id])


def _state(
    selection: Selection,
    each: EvaluatedProduct,
    picks: Mapping[int, bool],
    was: ProductState,
    now: datetime,
) -> ProductState:
    is_selected = selection.rule.selects(each.raw, is_picked=picks.get(each.product_id))
    if is_selected:
        if not each.is_live:
            return DEFAULT
        terms = selection.terms
        reasons = product_reasons(offered_record(each.raw, terms), terms.policy)
        return ProductState(reasons=",".join(reason.value for reason in reasons))
    has_left = was.is_selected and not each.is_new
    left_at = now if has_left else was.left_at
    return ProductState(is_selected=False, left_at=left_at, is_deleted=not each.is_live)


def _add_entries(selection: Selection, operation: FeedOperation, ids: Sequence[int]) -> None:
    """Add an entry for each of these products and for each of their variations.

    Deleted ones have one, too: a reader may not have seen their deletion, which is hidden now.
    """
    if not ids:
        return
    store_id, consent_id = selection.store_id, selection.consent_id
    add_entries(PRODUCT, store_id, operation, ids, consent_id=consent_id)
    variations = _variations(store_id, ids)
    add_entries(VARIATION, store_id, operation, variations, consent_id=consent_id)


def _variations(store_id: int, product_ids: Sequence[int]) -> list[int]:
    mark = database.param
    rows: list[tuple[Any, ...]] = []
    for ids in chunked(product_ids, IDS_AT_ONCE):
        marks = ", ".join([mark] * len(ids))
        rows += database.execute_sql(
            f"SELECT remote_id FROM variation WHERE store_id = {mark}"  # noqa: S608 - placeholders
            f" AND product_id IN ({marks})",
            [store_id, *ids],
        ).fetchall()
    return sorted(remote_id for (remote_id,) in rows)
