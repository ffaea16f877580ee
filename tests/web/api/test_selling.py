"""A channel sees and sells only what its terms of sale allow."""

from __future__ import annotations

from typing import Any

import pytest

from portal.models import Channel, ChannelConsent, Merchant, OrderSubmission, Store
from portal.rules.orders.sale_terms import SellingSide
from portal.sandbox.parts import Parts
from portal.services.channels.sale_terms import pause_selling, resume_selling, set_stock_buffer
from portal.services.mirror.resources import PRODUCTS
from portal.services.orders.process_submission import process_submission
from portal.services.runtime import Runtime
from tests.factories import product_payload
from tests.web.api.conftest import MUG, READ_AT, SIZE_L, Caller
from tests.web.api.test_orders import DRY_RUN, ORDERS, REQUEST, keyed

SELLING = "/stores/1003/selling"
OURS = SellingSide.STORE


@pytest.fixture
def consent(channel: Channel) -> ChannelConsent:
    """The store's consent to the channel."""
    found: ChannelConsent = ChannelConsent.get(ChannelConsent.channel == channel)
    return found


def codes(body: Any) -> list[str]:
    """Return the codes of the validation errors."""
    return [error["code"] for error in body["validation_errors"]]


def test_quantities_are_without_the_stock_buffer_for_this_channel_alone(
    market: Caller,
    caller: Caller,
    consent: ChannelConsent,
    mirror: Store,
    merchant: Merchant,
) -> None:
    stored = caller.get("/stores/1003/products/5").json["quantity"]
    set_stock_buffer(consent, 3, merchant, OURS)

    product = market.get("/stores/1003/products/5?include=variations&fields=quantity,sellable").json
    assert product["quantity"] == stored - 3
    assert [each["quantity"] for each in product["variations"]] == [0]
    assert product["sellable"]["reasons"] == ["out_of_stock"]
    listed = market.get("/stores/1003/variations?include=product").json["items"][0]
    assert (listed["quantity"], listed["product"]["quantity"]) == (0, stored - 3)
    lines = market.get("/stores/1003/exports/products.csv").text.splitlines()
    place = lines[0].split(",").index("quantity")
    assert lines[1].split(",")[place] == str(stored - 3)
    assert caller.get("/stores/1003/products/5").json["quantity"] == stored
    for one, ids in ((market, []), (caller, [5])):
        assert [
            each["id"] for each in one.get("/stores/1003/products?sellable=true").json["items"]
        ] == ids
    assert market.get("/stores/1003").json["selling"]["stock_buffer"] == 3


def test_reader_of_the_feed_learns_of_changed_terms_and_gets_them_with_the_records(
    market: Caller, consent: ChannelConsent, mirror: Store, merchant: Merchant
) -> None:
    def follow(cursor: str) -> Any:
        return market.get(f"/changes?after={cursor}&include=record&resource=products").json

    page = follow(market.get("/changes?after=now").json["next"])
    for change in (
        lambda: set_stock_buffer(consent, 3, merchant, OURS),
        lambda: pause_selling(consent, None, merchant, OURS),
    ):
        change()
        page = follow(page["next"])
        assert page["stores_changed"] is True
        page = follow(page["next"])
        assert page["stores_changed"] is False
    PRODUCTS.save(1003, [product_payload(name="New", combinations=[SIZE_L], **MUG)], READ_AT)

    (item,) = follow(page["next"])["items"]
    assert item["record"]["sellable"]["reasons"][0] == "selling_paused"
    assert item["record"]["quantity"] == product_payload()["quantity"] - 3


def test_no_more_is_sold_than_the_buffer_leaves(
    market: Caller,
    shop: Parts,
    runtime: Runtime,
    consent: ChannelConsent,
    merchant: Merchant,
) -> None:
    lines = [{"sku": "BOWL", "quantity": 2}]
    set_stock_buffer(consent, 9, merchant, OURS)

    (line,) = market.post("/stores/1003/availability", {"lines": lines}).json["lines"]
    assert (line["stock"], codes(line)) == (1, ["out_of_stock"])
    assert codes(market.post("/stores/1003/quotes", REQUEST).json) == ["out_of_stock"]
    assert codes(market.post(DRY_RUN, REQUEST).json["quote"]) == ["out_of_stock"]
    market.post(ORDERS, REQUEST, **keyed())
    process_submission(runtime, OrderSubmission.get().id)
    assert codes(OrderSubmission.get().__data__) == ["out_of_stock"]


def test_paused_selling_refuses_everything_until_it_ends(
    market: Caller,
    shop: Parts,
    runtime: Runtime,
    consent: ChannelConsent,
    merchant: Merchant,
) -> None:
    lines = [{"sku": "BOWL", "quantity": 2}]
    pause_selling(consent, None, merchant, OURS)

    assert codes(market.post("/stores/1003/availability", {"lines": lines}).json) == [
        "selling_paused"
    ]
    assert codes(market.post("/stores/1003/quotes", REQUEST).json) == ["selling_paused"]
    tried = market.post(DRY_RUN, REQUEST).json
    assert codes(tried["quote"]) == ["selling_paused"]
    market.post(ORDERS, REQUEST, **keyed())
    process_submission(runtime, OrderSubmission.get().id)
    assert codes(OrderSubmission.get().__data__) == ["selling_paused"]
    assert market.get("/stores/1003").json["orders"]["reason"] == "selling_paused"

    resume_selling(consent, merchant, OURS)
    assert codes(market.post("/stores/1003/quotes", REQUEST).json) == []


def test_program_pauses_its_own_selling_and_raises_its_buffer(
    market: Caller, consent: ChannelConsent
) -> None:
    paused = market.send(
        "PATCH", SELLING, json={"is_paused": True, "pause_reason": "other", "stock_buffer": 2}
    )
    assert paused.status_code == 200, paused.text
    assert (paused.json["paused_by"], paused.json["pause_reason"]) == ("channel", "other")
    assert (paused.json["stock_buffer"], paused.json["is_paused"]) == (2, True)

    resumed = market.send("PATCH", SELLING, json={"is_paused": False})
    assert (resumed.json["is_paused"], resumed.json["stock_buffer"]) == (False, 2)


def test_program_takes_nothing_back_that_the_owner_has_chosen(
    market: Caller, consent: ChannelConsent, merchant: Merchant
) -> None:
    set_stock_buffer(consent, 5, merchant, OURS)
    pause_selling(consent, None, merchant, OURS)

    for change in ({"is_paused": False}, {"stock_buffer": 4}):
        refused = market.send("PATCH", SELLING, json=change)
        assert (refused.status_code, refused.json["code"]) == (409, "conflict")
        assert "Only the" in refused.json["detail"] or "owner has paused" in refused.json["detail"]
    # All or nothing.
    market.send("PATCH", SELLING, json={"stock_buffer": 9, "is_paused": False})
    assert market.get("/stores/1003").json["selling"]["stock_buffer"] == 5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "is_paused"),
        ({"stock_buffer": 1001}, "stock_buffer"),
        ({"stock_buffer": -1}, "stock_buffer"),
        ({"pause_reason": "other"}, "pause_reason"),
        ({"is_paused": True, "pause_reason": "typed"}, "pause_reason"),
    ],
)
def test_invalid_change_names_its_field(
    market: Caller, consent: ChannelConsent, body: dict[str, Any], field: str
) -> None:
    refused = market.send("PATCH", SELLING, json=body)

    assert (refused.status_code, refused.json["field"]) == (422, field)
