"""A channel gets only the products that the store's merchant has selected for it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from portal.models import Channel, ChannelConsent, Merchant, OrderSubmission, Store
from portal.rules.channels.product_selection import ProductConditions, SelectionKind
from portal.sandbox.parts import Parts
from portal.services.channels.apply_selections import apply_selection
from portal.services.channels.product_selections import (
    SelectionChoice,
    choose_selection,
    pick_product,
)
from portal.services.mirror.resources import PRODUCTS
from portal.services.orders.process_submission import process_submission
from portal.services.runtime import Runtime
from tests.factories import product_payload, product_with_variation
from tests.web.api.conftest import MUG, READ_AT, SIZE_L, Caller
from tests.web.api.test_orders import ORDERS, REQUEST, keyed

STORE = "/stores/1003"


@pytest.fixture
def consent(
    runtime: Runtime, mirror: Store, merchant: Merchant, channel: Channel
) -> ChannelConsent:
    """A consent for products in stock: 5 and 6, but not 8."""
    for number, quantity in ((6, 4), (8, 0)):
        save(mirror, number, quantity)
    found = ChannelConsent.get(channel=channel)
    in_stock = ProductConditions(in_stock=True)
    choose_selection(runtime, found, SelectionChoice(SelectionKind.RULE, (), in_stock), merchant)
    apply_selection(runtime, found.id)
    return found


def save(store: Store, number: int, quantity: int, minutes: int = 0) -> None:
    """Mirror a product with a variation that shares its stock."""
    at = READ_AT + timedelta(minutes=minutes)
    payload = product_with_variation(number, at, quantity=quantity, **MUG)
    PRODUCTS.save(store.id, [payload], at + timedelta(seconds=1))


def listed(caller: Caller, path: str) -> list[int]:
    """Return the ids of a list."""
    answer = caller.get(f"{STORE}{path}")
    assert answer.status_code == 200, answer.text
    return sorted(item["id"] for item in answer.json["items"])


def changes(caller: Caller, after: str) -> tuple[list[tuple[Any, ...]], str]:
    """Return resource, id, operation, reason and presence of each change, and the next cursor."""
    page = caller.get(f"/changes?after={after}&include=record").json
    return [
        (
            item["resource"],
            item["id"],
            item["operation"],
            item["reason"],
            item["record"] is not None,
        )
        for item in page["items"]
    ], str(page["next"])


def test_lists_and_batches_have_only_selected_products(
    caller: Caller, market: Caller, consent: ChannelConsent
) -> None:
    assert listed(market, "/products") == [5, 6]
    assert listed(market, "/variations") == [51, 60]
    assert listed(market, "/variations?product_id=8") == []
    assert listed(market, "/products?include_deleted=true&sort=id") == [5, 6]
    page = market.get(f"{STORE}/products?ids=5,8&include=variations&count=false").json
    assert ([item["id"] for item in page["items"]], page["missing"]) == ([5], [8])
    counted = market.get(f"{STORE}/products?count=true").json
    assert counted["count"] == {"value": 2, "is_exact": True}
    orders = market.get(f"{STORE}/orders?include=products").json
    assert [each["id"] for each in orders["items"][0]["products"]] == [5]

    assert listed(caller, "/products") == [5, 6, 8]
    assert caller.get(f"{STORE}/products?count=true").json["count"]["value"] == 3


def test_store_says_how_many_products_are_selected(
    caller: Caller, market: Caller, consent: ChannelConsent
) -> None:
    counts = {"kind": "rule", "products": 3, "selected": 2, "unsellable": 0, "is_applied": True}
    everything = counts | {"kind": "all", "selected": 3, "unsellable": None}

    assert market.get(STORE).json["product_selection"] == counts
    assert market.get("/stores").json["items"][0]["product_selection"] == counts
    assert caller.get(STORE).json["product_selection"] == everything


def test_lines_of_other_products_are_refused(
    market: Caller,
    runtime: Runtime,
    shop: Parts,
    mirror: Store,
    channel: Channel,
    merchant: Merchant,
) -> None:
    plate = shop.products.create(mirror.id, {"name": "Plate", "sku": "PLATE", "price": 9})
    PRODUCTS.save(mirror.id, [product_payload(id=plate, sku="PLATE")], READ_AT)
    pick_product(ChannelConsent.get(channel=channel), plate, merchant, is_picked=False)
    lines = [{"sku": "PLATE", "quantity": 1}, {"sku": "BOWL", "quantity": 1}]

    available = market.post(f"{STORE}/availability", {"lines": lines}).json["lines"]
    request = REQUEST | {"lines": lines}
    quote = market.post(f"{STORE}/quotes", request).json
    market.post(ORDERS, request, **keyed())
    process_submission(runtime, OrderSubmission.get().id)
    submission = market.get(f"{STORE}/submissions/{OrderSubmission.get().id}").json

    assert [each["is_available"] for each in available] == [False, True]
    assert available[0]["name"] is None
    for errors in (
        available[0]["validation_errors"],
        quote["validation_errors"],
        submission["validation_errors"],
    ):
        assert [(each["code"], each["line"]) for each in errors] == [("not_in_selection", 0)]
    assert submission["state"] == "rejected"


def test_products_that_were_never_selected_are_unknown_to_orders(
    market: Caller,
    runtime: Runtime,
    shop: Parts,
    mirror: Store,
    channel: Channel,
    merchant: Merchant,
) -> None:
    found = ChannelConsent.get(channel=channel)
    choose_selection(runtime, found, SelectionChoice(SelectionKind.HAND_PICKED), merchant)
    apply_selection(runtime, found.id)
    plate, unread = (
        shop.products.create(mirror.id, {"name": "N", "sku": sku, "price": 9})
        for sku in ("PLATE", "JUG")
    )
    PRODUCTS.save(mirror.id, [product_payload(id=plate, sku="PLATE")], READ_AT)
    skus = [{"sku": sku} for sku in ("NONE", "PLATE", "JUG")]
    ids = [{"product_id": number} for number in (999_999, plate, unread)]
    lines = [line | {"quantity": 1} for line in skus + ids]

    available = market.post(f"{STORE}/availability", {"lines": lines}).json["lines"]

    codes = [[error["code"] for error in line["validation_errors"]] for line in available]
    assert codes == [["sku_unknown"]] * 3 + [["product_missing"]] * 3
    assert {line["name"] for line in available} == {None}


def test_exports_have_only_selected_products(market: Caller, consent: ChannelConsent) -> None:
    for name, ids in (("products", [5, 6]), ("variations", [51, 60])):
        lines = market.get(f"{STORE}/exports/{name}.jsonl").text.splitlines()
        assert [json.loads(line)["id"] for line in lines] == ids


def test_product_that_was_never_selected_is_unknown(
    market: Caller, mirror: Store, consent: ChannelConsent
) -> None:
    save(mirror, 9, quantity=0)

    for path in ("/products/9", "/variations/90"):
        answer = market.get(f"{STORE}{path}")
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_product_that_left_the_selection_is_gone(
    caller: Caller, market: Caller, consent: ChannelConsent
) -> None:
    for path in ("/products/8", "/variations/80"):
        answer = market.get(f"{STORE}{path}")
        assert (answer.status_code, answer.json["code"]) == (410, "gone")
        assert answer.json["reason"] == "left_selection"
        assert answer.json["deleted_at"].startswith("20")
        assert caller.get(f"{STORE}{path}").status_code == 200


def test_feed_reports_entering_and_leaving_to_this_channel_alone(
    caller: Caller, market: Caller, mirror: Store, consent: ChannelConsent
) -> None:
    start = str(market.get("/changes?after=now").json["next"])
    save(mirror, 6, quantity=0, minutes=1)
    save(mirror, 9, quantity=0, minutes=1)
    left, after = changes(market, start)
    save(mirror, 8, quantity=3, minutes=2)
    entered, _ = changes(market, after)

    assert left == [
        ("products", 6, "deleted", "left_selection", False),
        ("variations", 60, "deleted", "left_selection", False),
    ]
    assert sorted(entered) == [
        ("products", 8, "created", "entered_selection", True),
        ("products", 8, "updated", None, True),
        ("variations", 80, "created", "entered_selection", True),
        ("variations", 80, "updated", None, True),
    ]
    assert {change[3] for change in changes(caller, start)[0]} == {None}
    assert len(changes(market, start)[0]) == 6


def test_reader_with_an_old_cursor_learns_of_what_left(
    market: Caller, merchant: Merchant, mirror: Store, consent: ChannelConsent
) -> None:
    start = str(market.get("/changes?after=now").json["next"])
    save(mirror, 6, quantity=1, minutes=1)
    PRODUCTS.mark_deleted(mirror.id, [5], READ_AT + timedelta(minutes=1))
    for number in (5, 6):
        pick_product(consent, number, merchant, is_picked=False)

    gone = {change[:3] for change in changes(market, start)[0]}

    assert gone == {
        ("products", 5, "deleted"),
        ("products", 6, "deleted"),
        ("variations", 51, "deleted"),
        ("variations", 60, "deleted"),
    }


def test_rules_of_the_channel_change_what_can_be_sold(
    caller: Caller, market: Caller, mirror: Store, channel: Channel
) -> None:
    PRODUCTS.save(mirror.id, [product_payload(id=6, combinations=[SIZE_L | {"id": 61}])], READ_AT)
    reasons = caller.get(f"{STORE}/products/6").json["sellable"]["reasons"]
    assert reasons == ["no_image", "weight_missing"]

    channel.ignored_reasons, channel.option_types = reasons, ["TEXTFIELD"]
    channel.save()

    assert market.get(f"{STORE}/products/6").json["sellable"]["is_sellable"] is True
    assert market.get(f"{STORE}/variations/61").json["sellable"]["is_sellable"] is True
    included = market.get(f"{STORE}/variations/61?include=product").json["product"]
    assert included["sellable"]["is_sellable"] is True
    assert market.get(f"{STORE}/products/5").json["sellable"]["reasons"] == ["option_unsupported"]
