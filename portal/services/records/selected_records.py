"""Products and variations of a product selection: conditions of lists, and what is left out.

``selection_id`` is the consent with the selection, None for all products.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from peewee import Expression, Field, ModelSelect, fn

from portal.models import (
    ChannelPick,
    ChannelProduct,
    ChannelSelection,
    MirrorTable,
    Product,
    Variation,
)
from portal.models.bulk import chunked, in_values
from portal.rules.channels.product_selection import SelectionKind

IDS_AT_ONCE = 1_000
# Columns with the product that decides about a record.
_PRODUCT_OF: dict[type[MirrorTable], Field] = {
    Product: Product.remote_id,
    Variation: Variation.product_id,
}


def selected_conditions(table: type[MirrorTable], selection_id: int | None) -> list[Expression]:
    """Return the condition that a record of the table is selected; none for all."""
    if selection_id is None or table not in _PRODUCT_OF:
        return []
    condition: Expression = ~fn.EXISTS(_others(table, selection_id))
    return [condition]


def hidden_ids(
    table: type[MirrorTable], selection_id: int, store_id: int, remote_ids: Sequence[int]
) -> set[int]:
    """Return those of these records that aren't selected."""
    found: set[int] = set()
    for ids in chunked(remote_ids, IDS_AT_ONCE):
        rows = table.select(table.remote_id).where(
            table.matching(store_id, ids), fn.EXISTS(_others(table, selection_id))
        )
        found.update(row.remote_id for row in rows)
    return found


def left_at(
    table: type[MirrorTable], selection_id: int | None, store_id: int, remote_id: int
) -> datetime | None:
    """Return when the record left the selection; None if it is in it or never was."""
    if selection_id is None or table not in _PRODUCT_OF:
        return None
    product = table.select(_PRODUCT_OF[table]).where(table.matching(store_id, [remote_id]))
    row = ChannelProduct.get_or_none(
        ChannelProduct.consent == selection_id,
        ChannelProduct.product_id.in_(product),
        ~ChannelProduct.is_selected,
    )
    return None if row is None else row.left_at


def unselected_products(selection_id: int | None, product_ids: Sequence[int]) -> set[int]:
    """Return those of these products that aren't selected."""
    if selection_id is None or not product_ids:
        return set()
    rows = ChannelProduct.select(ChannelProduct.product_id).where(
        ChannelProduct.consent == selection_id,
        in_values(ChannelProduct.product_id, product_ids),
        ~ChannelProduct.is_selected,
    )
    return {row.product_id for row in rows}


def products_left_out(
    selection_id: int | None, store_id: int, product_ids: Sequence[int]
) -> dict[int, bool]:
    """Return those of these products at the store that the channel doesn't get.

    Each has whether the channel had it before: of the others it must learn nothing. A product that
    the mirror doesn't have can't be evaluated, so only a selection of all products has it. Takes
    two statements, or four if the mirror lacks one; none without a selection.
    """
    if selection_id is None or not product_ids:
        return {}
    rows = ChannelProduct.select(ChannelProduct.product_id, ChannelProduct.left_at).where(
        ChannelProduct.consent == selection_id,
        in_values(ChannelProduct.product_id, product_ids),
        ~ChannelProduct.is_selected,
    )
    found = {row.product_id: row.left_at is not None for row in rows}
    mirrored = Product.select(Product.remote_id).where(Product.matching(store_id, product_ids))
    unknown = set(product_ids).difference(found, (row.remote_id for row in mirrored))
    if unknown:
        found |= dict.fromkeys(unknown.difference(_taken_unseen(selection_id, unknown)), False)
    return found


def _taken_unseen(selection_id: int, product_ids: set[int]) -> set[int]:
    """Return those of these products that a selection has whatever they are like."""
    is_all = ChannelSelection.select().where(
        ChannelSelection.consent == selection_id, ChannelSelection.kind == SelectionKind.ALL
    )
    if not is_all.exists():
        return set()
    excluded = ChannelPick.select(ChannelPick.product_id).where(
        ChannelPick.consent == selection_id,
        in_values(ChannelPick.product_id, sorted(product_ids)),
        ~ChannelPick.is_picked,
    )
    return product_ids.difference(row.product_id for row in excluded)


def _others(table: type[MirrorTable], selection_id: int) -> ModelSelect[ChannelProduct]:
    return ChannelProduct.select(1).where(
        ChannelProduct.consent == selection_id,
        ChannelProduct.product_id == _PRODUCT_OF[table],
        ~ChannelProduct.is_selected,
    )
