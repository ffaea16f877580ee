"""Stored records as a channel may sell them."""

from __future__ import annotations

from typing import Any

from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms
from portal.rules.records.offered_records import offered_record, with_selling_pause

MUG: dict[str, Any] = {
    "name": "Mug",
    "quantity": 10,
    "combinations": [{"id": 1, "quantity": 2}, {"id": 2, "unlimited": True}, {"id": 3}],
}


def test_product_and_its_variations_have_what_is_left() -> None:
    offered = offered_record(MUG, SaleTerms(3))

    assert (offered["name"], offered["quantity"]) == ("Mug", 7)
    assert offered["combinations"] == [{"id": 1, "quantity": 0}, *MUG["combinations"][1:]]
    assert MUG["quantity"] == 10
    assert offered_record(MUG, OWN_TERMS) is MUG


def test_strange_quantity_stays_as_it_is() -> None:
    record = {"quantity": "many", "combinations": "none"}

    assert offered_record(record, SaleTerms(3)) == record


def test_pause_is_the_first_reason_not_to_sell() -> None:
    sellable = {"is_sellable": False, "reasons": ["no_image"]}
    paused = SaleTerms(is_selling_paused=True)

    found = with_selling_pause({"name": "Mug", "sellable": sellable}, paused)

    assert found["sellable"] == {"is_sellable": False, "reasons": ["selling_paused", "no_image"]}
    assert with_selling_pause({"name": "Mug"}, paused) == {"name": "Mug"}
    assert with_selling_pause({"sellable": sellable}, OWN_TERMS) == {"sellable": sellable}
