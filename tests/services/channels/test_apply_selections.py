"""Product selections are applied to stored products, and follow each change of a product."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.jobs import APPLY_SELECTION
from portal.models import (
    AuditLogEntry,
    ChangeFeedEntry,
    ChannelConsent,
    ChannelPick,
    ChannelProduct,
    ChannelSelection,
    Merchant,
    Product,
    Store,
    StoreDataErasure,
    StoreState,
    utc_now,
)
from portal.rules.api_keys.key_scopes import STORE_SCOPES
from portal.rules.channels.product_selection import ProductConditions, SelectionKind
from portal.rules.orders.sale_terms import SellingSide
from portal.services.channels import apply_selections as module
from portal.services.channels.apply_selections import (
    apply_selection,
    due_selections,
    wake_due_selections,
)
from portal.services.channels.consents import grant_consent
from portal.services.channels.product_selections import (
    SelectionChoice,
    choose_selection,
    pick_product,
)
from portal.services.channels.sale_terms import set_stock_buffer
from portal.services.connection.erase_store_data import erase_store_data
from portal.services.mirror.resources import CATEGORIES, PRODUCTS
from portal.services.retention.prune_tombstones import prune_tombstones
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, category_payload, make_channel, product_with_variation

IN_STOCK = SelectionChoice(SelectionKind.RULE, conditions=ProductConditions(in_stock=True))
BY_HAND = SelectionChoice(SelectionKind.HAND_PICKED)
EVERYTHING = SelectionChoice(SelectionKind.ALL)


@pytest.fixture
def consent(store: Store, merchant: Merchant) -> ChannelConsent:
    """The consent of a store with the products 1 to 4, of which 2 and 4 are out of stock."""
    save(store, *range(1, 5))
    return grant_consent(make_channel(), store, STORE_SCOPES, merchant)


def save(store: Store, *ids: int, minutes: int = 0, **changes: Any) -> None:
    """Mirror products; those with even ids are out of stock."""
    at = UPDATED_AT + timedelta(minutes=minutes)
    payloads = [
        product_with_variation(each, at, **{"quantity": each % 2} | changes) for each in ids
    ]
    PRODUCTS.save(store.id, payloads, at + timedelta(seconds=1))


def choose(
    runtime: Runtime, consent: ChannelConsent, merchant: Merchant, choice: SelectionChoice
) -> None:
    """Choose a selection, and apply it."""
    choose_selection(runtime, consent, choice, merchant)
    apply_selection(runtime, consent.id)


def unselected() -> list[int]:
    """Return the products that the channel doesn't get."""
    rows = ChannelProduct.select().where(~ChannelProduct.is_selected)
    return sorted(row.product_id for row in rows)


def entries() -> list[tuple[str, int, str]]:
    """Return table, record and operation of the entries for the channel alone."""
    rows = ChangeFeedEntry.select().where(ChangeFeedEntry.consent_id.is_null(is_null=False))
    return [
        (row.mirror_table, row.remote_id, row.operation)
        for row in rows.order_by(ChangeFeedEntry.id)
    ]


def counts() -> tuple[int, int]:
    """Return the stored counts of the selection."""
    row = ChannelSelection.get()
    return row.unselected, row.unsellable


def test_choice_is_applied_in_batches_and_reported(
    runtime: Runtime,
    consent: ChannelConsent,
    merchant: Merchant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH", 1)
    choose_selection(runtime, consent, IN_STOCK, merchant)
    assert unselected() == []
    assert due_selections().most_urgent(9) == [(consent.id,)]

    apply_selection(runtime, consent.id)

    assert unselected() == [2, 4]
    assert due_selections().most_urgent(9) == []
    assert ChannelSelection.get().is_applied
    assert entries() == [
        (table, number, "deleted")
        for product in (2, 4)
        for table, number in (("product", product), ("variation", 10 * product))
    ]
    assert AuditLogEntry.get(action="channel.selection_changed").after["kind"] == "rule"

    ChangeFeedEntry.delete().execute()
    choose(runtime, consent, merchant, EVERYTHING)
    assert unselected() == []
    assert entries()[:2] == [("product", 2, "created"), ("variation", 20, "created")]


def test_interrupted_application_is_continued_by_a_sweep(
    runtime: Runtime,
    consent: ChannelConsent,
    merchant: Merchant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH", 3)
    monkeypatch.setattr(module, "TIME_SLICE_S", 0)
    choose_selection(runtime, consent, IN_STOCK, merchant)
    apply_selection(runtime, consent.id)
    assert (unselected(), ChannelSelection.get().applied_to) == ([2], 3)
    runtime.redis.flushall()
    assert wake_due_selections(runtime) == 1

    monkeypatch.setattr(module, "TIME_SLICE_S", 3)
    apply_selection(runtime, consent.id)
    apply_selection(runtime, consent.id)
    apply_selection(runtime, 999)

    assert unselected() == [2, 4]
    assert wake_due_selections(runtime) == 0
    assert APPLY_SELECTION.queue == "maintenance"


def test_written_products_enter_and_leave_at_once(
    runtime: Runtime, store: Store, consent: ChannelConsent, merchant: Merchant
) -> None:
    choose(runtime, consent, merchant, IN_STOCK)
    ChangeFeedEntry.delete().execute()

    save(store, 1, minutes=1, quantity=0)
    save(store, 2, minutes=1, quantity=5)
    save(store, 6, 7, minutes=1)
    save(store, 3, minutes=1)

    assert unselected() == [1, 4, 6]
    assert entries() == [
        ("product", 1, "deleted"),
        ("variation", 10, "deleted"),
        ("product", 2, "created"),
        ("variation", 20, "created"),
    ]
    rows = ChannelProduct.select().where(~ChannelProduct.is_selected)
    known = {row.product_id: row.left_at is not None for row in rows}
    assert known == {1: True, 4: True, 6: False}


def test_counts_follow_deletions_and_returns(
    runtime: Runtime, store: Store, consent: ChannelConsent, merchant: Merchant
) -> None:
    choose(runtime, consent, merchant, IN_STOCK)
    assert counts() == (2, 2)

    PRODUCTS.mark_deleted(store.id, [1, 2], UPDATED_AT + timedelta(minutes=1))
    assert counts() == (1, 1)

    save(store, 1, 2, minutes=2)
    assert counts() == (2, 2)
    PRODUCTS.mark_deleted(store.id, [2], UPDATED_AT + timedelta(minutes=3))
    choose(runtime, consent, merchant, EVERYTHING)
    assert counts() == (0, 3)
    assert unselected() == []


def test_products_deleted_and_returned_outside_the_selection_leave_it(
    runtime: Runtime, store: Store, consent: ChannelConsent, merchant: Merchant
) -> None:
    choose(runtime, consent, merchant, IN_STOCK)
    ChangeFeedEntry.delete().execute()
    PRODUCTS.mark_deleted(store.id, [1, 3], UPDATED_AT + timedelta(minutes=1))

    save(store, 1, minutes=2, quantity=0)
    choose(runtime, consent, merchant, BY_HAND)

    assert entries() == [
        (table, number, "deleted")
        for product in (1, 3)
        for table, number in (("product", product), ("variation", 10 * product))
    ]


def test_subcategories_count_also_those_that_come_later(
    runtime: Runtime, store: Store, consent: ChannelConsent, merchant: Merchant
) -> None:
    save(store, 1, minutes=1, categoryIds=[7])
    save(store, 2, minutes=1, categoryIds=[8])
    save(store, 3, minutes=1, categoryIds=[9])
    save(store, 4, minutes=1, categoryIds=[])
    later = UPDATED_AT + timedelta(hours=1)
    CATEGORIES.save(store.id, [category_payload(id=7), category_payload(id=8, parentId=7)], later)
    choose(runtime, consent, merchant, SelectionChoice(SelectionKind.CATEGORIES, [7]))
    assert unselected() == [3, 4]

    CATEGORIES.save(store.id, [category_payload(id=9, parentId=8)], later)
    assert due_selections().most_urgent(9) == [(consent.id,)]
    apply_selection(runtime, consent.id)
    assert unselected() == [4]

    CATEGORIES.mark_deleted(store.id, [8], later + timedelta(hours=1))
    apply_selection(runtime, consent.id)
    assert unselected() == [2, 3, 4]
    CATEGORIES.save(store.id, [category_payload(id=11)], later + timedelta(hours=2))
    apply_selection(runtime, consent.id)
    assert due_selections().most_urgent(9) == []


def test_categories_that_change_during_the_application_count(
    runtime: Runtime,
    store: Store,
    consent: ChannelConsent,
    merchant: Merchant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr(module, "TIME_SLICE_S", 0)
    save(store, *range(1, 5), minutes=1, categoryIds=[9])
    choose(runtime, consent, merchant, SelectionChoice(SelectionKind.CATEGORIES, [7]))
    assert unselected() == [1, 2]

    CATEGORIES.save(store.id, [category_payload(id=9, parentId=7)], UPDATED_AT)
    monkeypatch.setattr(module, "TIME_SLICE_S", 3)
    apply_selection(runtime, consent.id)

    assert unselected() == []
    assert due_selections().most_urgent(9) == []


def test_picks_take_effect_at_once(
    runtime: Runtime, store: Store, consent: ChannelConsent, merchant: Merchant
) -> None:
    assert pick_product(consent, 3, merchant, is_picked=False)
    assert unselected() == [3]
    # The daemon then checks all products, as after a choice.
    assert due_selections().most_urgent(9) == [(consent.id,)]
    assert pick_product(consent, 3, merchant, is_picked=None)
    assert unselected() == []
    assert not pick_product(consent, 99, merchant, is_picked=True)

    choose(runtime, consent, merchant, BY_HAND)
    pick_product(consent, 2, merchant, is_picked=True)
    assert unselected() == [1, 3, 4]
    save(store, 2, 5, minutes=1)
    assert unselected() == [1, 3, 4, 5]
    assert AuditLogEntry.select().where(AuditLogEntry.action == "channel.product_picked").count()


def test_rules_of_the_channel_decide_what_can_be_sold(
    runtime: Runtime, consent: ChannelConsent, merchant: Merchant
) -> None:
    choose(runtime, consent, merchant, EVERYTHING)
    assert {row.reasons for row in ChannelProduct.select()} == {
        "no_image,weight_missing",
        "out_of_stock,no_image,weight_missing",
    }

    channel = consent.channel
    channel.ignored_reasons = ["no_image", "weight_missing", "unknown"]
    channel.save()
    ChannelSelection.apply_again(ChannelSelection.consent == consent.id)
    apply_selection(runtime, consent.id)

    assert {row.product_id: row.reasons for row in ChannelProduct.select()} == {
        2: "out_of_stock",
        4: "out_of_stock",
    }
    set_stock_buffer(consent, 1, merchant, SellingSide.STORE)
    apply_selection(runtime, consent.id)
    assert counts() == (0, 4)


def test_products_that_are_forgotten_leave_no_rows(
    runtime: Runtime, store: Store, consent: ChannelConsent, merchant: Merchant
) -> None:
    choose(runtime, consent, merchant, IN_STOCK)
    pick_product(consent, 1, merchant, is_picked=False)
    PRODUCTS.mark_deleted(store.id, [1, 2], UPDATED_AT + timedelta(minutes=1))
    Product.update(deleted_at=UPDATED_AT - timedelta(days=9_000)).where(
        Product.remote_id.in_([1, 2])
    ).execute()

    prune_tombstones(runtime)

    assert unselected() == [4]
    assert not ChannelPick.select().exists()


def test_erased_copy_of_a_store_keeps_the_choice(
    runtime: Runtime, store: Store, consent: ChannelConsent, merchant: Merchant
) -> None:
    choose(runtime, consent, merchant, IN_STOCK)
    Store.update(state=StoreState.DISCONNECTED).execute()
    StoreDataErasure.create(store=store, requested_at=utc_now())

    erase_store_data(runtime, store.id)
    apply_selection(runtime, consent.id)

    assert (counts(), unselected()) == ((0, 0), [])
    save(store, 1, 2, minutes=9)
    assert (counts(), unselected()) == ((1, 1), [2])
