"""States of products in a selection: whether a channel gets them, and can sell them.

Only states that differ from the default are stored, as rows of `ChannelProduct`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from portal.models.bulk import chunked, in_values
from portal.models.channel_selection import ChannelProduct, ChannelSelection

ROWS_AT_ONCE = 200


class ProductState(NamedTuple):
    """Values of a `ChannelProduct`; a product without a row has the default."""

    is_selected: bool = True
    reasons: str = ""
    left_at: datetime | None = None
    is_deleted: bool = False

    @property
    def counts(self) -> tuple[int, int]:
        """Whether the product counts as not selected, and as not sellable, as 0 or 1."""
        if self.is_deleted:
            return 0, 0
        return int(not self.is_selected), int(bool(self.reasons))


DEFAULT = ProductState()


def read_states(consent_id: int, ids: Sequence[int]) -> dict[int, ProductState]:
    """Return the states of these products, without those in the default state."""
    rows: Any = ChannelProduct.select(
        ChannelProduct.product_id,
        ChannelProduct.is_selected,
        ChannelProduct.reasons,
        ChannelProduct.left_at,
        ChannelProduct.is_deleted,
    ).where(ChannelProduct.consent == consent_id, in_values(ChannelProduct.product_id, ids))
    return {product_id: ProductState(*state) for product_id, *state in rows.tuples()}


def store_states(
    consent_id: int, before: Mapping[int, ProductState], after: Mapping[int, ProductState]
) -> None:
    """Store the states that have changed, and count them in the selection."""
    changed = {each: state for each, state in after.items() if state != before.get(each, DEFAULT)}
    usual = [each for each, state in changed.items() if state == DEFAULT]
    if usual:
        ChannelProduct.delete().where(
            ChannelProduct.consent == consent_id, in_values(ChannelProduct.product_id, usual)
        ).execute()
    rows = [
        {"consent": consent_id, "product_id": each, **state._asdict()}
        for each, state in changed.items()
        if state != DEFAULT
    ]
    for some in chunked(rows, ROWS_AT_ONCE):
        ChannelProduct.insert_many(some).on_conflict(
            conflict_target=[ChannelProduct.consent, ChannelProduct.product_id],
            preserve=[
                ChannelProduct.is_selected,
                ChannelProduct.reasons,
                ChannelProduct.left_at,
                ChannelProduct.is_deleted,
            ],
        ).execute()
    pairs = [(state.counts, before.get(each, DEFAULT).counts) for each, state in changed.items()]
    add_to_counts(consent_id, [(new[0] - old[0], new[1] - old[1]) for new, old in pairs])


def add_to_counts(consent_id: int, changes: Iterable[tuple[int, int]]) -> None:
    """Add to the numbers of products that are not selected, and that are not sellable."""
    found = list(changes)
    unselected, unsellable = sum(each[0] for each in found), sum(each[1] for each in found)
    if unselected or unsellable:
        ChannelSelection.update(
            unselected=ChannelSelection.unselected + unselected,
            unsellable=ChannelSelection.unsellable + unsellable,
        ).where(ChannelSelection.consent == consent_id).execute()
