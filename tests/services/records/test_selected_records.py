"""Lists and the change feed of a product selection, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import (
    ChannelPick,
    ChannelProduct,
    ChannelSelection,
    Product,
    Store,
    Variation,
)
from portal.models.change_feed import add_entries
from portal.rules.channels.product_selection import FeedReason, SelectionKind
from portal.rules.orders.sale_terms import SaleTerms
from portal.rules.records.feed_cursor import FeedOperation
from portal.services.mirror.resources import PRODUCTS as SPEC
from portal.services.records.channel_catalog import count_reasons, list_unsellable
from portal.services.records.list_queries import ListQuery
from portal.services.records.list_records import count_records, read_page
from portal.services.records.read_change_feed import feed_end, read_feed
from portal.services.records.record_views import PRODUCTS, VARIATIONS, RecordView, offered_view
from portal.services.records.selected_records import (
    hidden_ids,
    left_at,
    products_left_out,
    unselected_products,
)
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, make_selection, make_store, product_with_variation

YEAR = timedelta(days=365)


@pytest.fixture
def selection(runtime: Runtime) -> ChannelSelection:
    """A hand-picked selection of a store, without a pick and not applied yet."""
    return make_selection(make_store(), kind=SelectionKind.HAND_PICKED)


def save(*ids: int, minutes: int = 0) -> None:
    """Mirror products, each with a variation; new ones are not selected."""
    at = UPDATED_AT + timedelta(minutes=minutes)
    payloads = [product_with_variation(each, at) for each in ids]
    SPEC.save(1003, payloads, at + timedelta(seconds=1))


def listed(view: RecordView, selection: ChannelSelection) -> tuple[list[int], int]:
    """Return the ids and the count of the first page."""
    seen = offered_view(view, SaleTerms(selection_id=selection.consent_id))
    store, query = Store.get_by_id(1003), ListQuery(sort="id")
    rows = read_page(seen, store, query, fields=("id",), limit=9).rows
    return [row["id"] for row in rows], count_records(seen, store, query).value


def test_selected_records_are_listed_and_counted(selection: ChannelSelection) -> None:
    save(5, 6, 7)
    ChannelProduct.delete().where(ChannelProduct.product_id == 6).execute()

    assert listed(PRODUCTS, selection) == ([6], 1)
    assert listed(VARIATIONS, selection) == ([60], 1)
    assert hidden_ids(Product, selection.consent_id, 1003, [5, 6, 8]) == {5}
    assert hidden_ids(Variation, selection.consent_id, 1003, [50, 60]) == {50}
    assert unselected_products(selection.consent_id, [6, 7]) == {7}
    assert unselected_products(None, [6, 7]) == set()
    assert left_at(Product, selection.consent_id, 1003, 5) is None
    assert left_at(Product, None, 1003, 5) is None


def test_feed_has_entries_of_selected_records_and_of_the_reader(
    selection: ChannelSelection,
) -> None:
    start, readable = feed_end({}), {1003: ["product", "variation"]}
    save(5, 6)
    ChannelProduct.delete().where(ChannelProduct.product_id == 6).execute()
    save(6, minutes=1)
    add_entries("product", 1003, FeedOperation.CREATED, [6], consent_id=999)

    page = read_feed(readable, start, limit=9, keep=YEAR, selections={1003: selection.consent_id})
    everything = read_feed(readable, start, limit=9, keep=YEAR)

    assert [(each.remote_id, each.operation, each.reason) for each in page.entries] == [
        (6, "deleted", FeedReason.LEFT_SELECTION),
        (60, "deleted", FeedReason.LEFT_SELECTION),
    ]
    assert {each.reason for each in everything.entries} == {None}
    assert left_at(Product, selection.consent_id, 1003, 6) is not None


def test_products_that_cannot_be_sold_are_counted_and_listed(runtime: Runtime) -> None:
    selection = make_selection(make_store())
    save(5, 6)

    rows = list_unsellable(Store.get_by_id(1003), selection.consent_id, after=5).rows

    assert [row.product.remote_id for row in rows] == [6]
    assert set(count_reasons(selection.consent_id).values()) == {2}


def test_products_that_the_mirror_lacks_are_left_out_unless_all_are_selected(
    selection: ChannelSelection,
) -> None:
    save(5)
    consent = selection.consent_id
    assert products_left_out(None, 1003, [5, 99]) == {}
    assert products_left_out(consent, 1003, [5, 99]) == {5: False, 99: False}

    ChannelSelection.update(kind=SelectionKind.ALL).execute()
    ChannelPick.create(consent=consent, product_id=98, is_picked=False)

    assert products_left_out(consent, 1003, [5, 98, 99]) == {5: False, 98: False}
