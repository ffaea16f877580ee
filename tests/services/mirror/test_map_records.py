"""Records are mapped from their JSON texts to the same rows as field by field."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import simplejson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.ecwid.calls import read_page
from portal.ecwid.errors import CallFacts
from portal.ecwid.listed_records import ListedRecords
from portal.models.bulk import StoredRow
from portal.models.fields import load_json
from portal.services.mirror.mapped_records import MappedRecords
from portal.services.mirror.record_sources import IncrementalSource
from portal.services.mirror.resource_spec import ResourceSpec
from portal.services.mirror.resources import CUSTOMERS, ORDERS, PRODUCTS
from tests.ecwid.odd_values import READ_AT, changes_of, damaged
from tests.factories import customer_payload, order_payload, product_payload

FACTS = CallFacts(1003, "GET", "/list", 200)
VARIATION = {
    "id": 51,
    "combinationNumber": 1,
    "sku": "MUG-1-L",
    "options": [{"name": "Size", "value": "L"}],
    "price": 26.9,
    "quantity": 3,
    "inStock": True,
}
PRODUCT = product_payload(compareToPrice=1, combinations=[VARIATION])
CHOICE = {"text": "L", "priceModifier": 0, "priceModifierType": "ABSOLUTE"}
OPTION = {"type": "SELECT", "name": "Size", "required": True, "choices": [CHOICE]}
SUBSCRIPTION = {"subscriptionAllowed": True, "oneTimePurchasePrice": 19.9}
WITHOUT_NUL = "a\x00b"


def listed(payloads: list[Any]) -> ListedRecords:
    """Return the records as the page of a list brings them."""
    page = {"total": len(payloads), "offset": 0, "limit": 100, "items": payloads}
    body = simplejson.dumps(page, use_decimal=True, allow_nan=True).encode()
    items = read_page(body, FACTS).items
    assert isinstance(items, ListedRecords)
    return items


def decoded(row: StoredRow) -> dict[str, Any]:
    """Return a row whose JSON can be compared."""
    texts = ("raw", "options", "category_ids")
    return {name: load_json(row[name]) if name in texts else row[name] for name in row}


def outcome(mapped: MappedRecords) -> tuple[list[Any], list[Any]]:
    rows = [(decoded(r.row), [decoded(part) for part in r.details]) for r in mapped.records]
    return rows, [(str(error), payload) for error, payload in mapped.refused]


def assert_mapped_as_by_field(spec: ResourceSpec, payloads: list[Any]) -> None:
    items = listed(payloads)

    from_texts = spec.map(1003, items, READ_AT)

    assert outcome(from_texts) == outcome(spec.map(1003, list(items), READ_AT))
    assert isinstance(spec.source, IncrementalSource)
    for payload in payloads:
        keys = spec.map(1003, listed([payload]), READ_AT).keys
        assert keys in (None, spec.keys_of(listed([payload]), spec.source.backfill))


@pytest.mark.parametrize(
    ("spec", "payload"),
    [(PRODUCTS, product_payload()), (ORDERS, order_payload()), (CUSTOMERS, customer_payload())],
    ids=lambda value: value.resource if isinstance(value, ResourceSpec) else "",
)
def test_usual_page_has_the_keys_of_its_records(
    spec: ResourceSpec, payload: dict[str, Any]
) -> None:
    assert isinstance(spec.source, IncrementalSource)
    assert spec.source.backfill.times == spec.source.incremental.times
    odd = payload | {"email": 5, "name": 5, "sku": []}

    assert spec.map(1003, listed([payload]), READ_AT).keys == spec.keys_of(
        [payload], spec.source.backfill
    )
    assert spec.map(1003, listed([payload, odd]), READ_AT).keys is None


PARTS = ("billingPerson", "shippingPerson", "shippingOption", "discountCoupon")
ITEM: dict[str, Any] = order_payload()["items"][0]


@pytest.mark.promise(5)
@given(order=damaged(order_payload()), item=damaged(ITEM), data=st.data())
def test_order_is_mapped_as_by_field(
    order: dict[str, Any], item: dict[str, Any], data: st.DataObject
) -> None:
    part = data.draw(st.sampled_from(PARTS))
    changed = {part: data.draw(damaged(order_payload()[part])), "items": [ITEM, item]}

    assert_mapped_as_by_field(
        ORDERS, [deepcopy(order), deepcopy(order_payload() | changed), order_payload()]
    )


@pytest.mark.promise(5)
@settings(max_examples=60)
@given(product=damaged(PRODUCT), variation=changes_of(VARIATION))
@example(product=PRODUCT | {"name": WITHOUT_NUL, "categoryIds": None}, variation={"options": None})
@example(product=PRODUCT | {"categoryIds": {}}, variation={"options": "none"})
@example(product=PRODUCT | {"price": 1e13, "sku": WITHOUT_NUL}, variation={"price": True})
def test_product_is_mapped_as_by_field(product: dict[str, Any], variation: dict[str, Any]) -> None:
    changed = PRODUCT | {"combinations": [VARIATION, VARIATION | variation]}

    assert_mapped_as_by_field(PRODUCTS, [deepcopy(product), deepcopy(changed), None, PRODUCT])


@pytest.mark.promise(5)
@settings(max_examples=60)
@given(
    choice=changes_of(CHOICE),
    option=changes_of(OPTION),
    subscription=changes_of(SUBSCRIPTION),
    chosen=changes_of(VARIATION["options"][0]),
    price=st.sampled_from([None, 0, -3, 26.9]),
)
@example(choice={"priceModifier": 2.5}, option={}, subscription={}, chosen={}, price=26.9)
@example(choice={"priceModifier": "2.5"}, option={}, subscription={}, chosen={}, price=None)
@example(choice={"priceModifier": False}, option={}, subscription={}, chosen={}, price=26.9)
@example(choice={}, option={"choices": None}, subscription={}, chosen={}, price=None)
@example(choice={}, option={}, subscription={"oneTimePurchasePrice": None}, chosen={}, price=None)
@example(choice={}, option={}, subscription={}, chosen={"value": 5}, price=26.9)
def test_variation_is_priced_as_by_field(
    choice: dict[str, Any],
    option: dict[str, Any],
    subscription: dict[str, Any],
    chosen: dict[str, Any],
    price: float | None,
) -> None:
    own = {"price": price, "options": [VARIATION["options"][0] | chosen]}
    settings_ = SUBSCRIPTION | subscription
    choices = {"options": [OPTION | {"choices": [CHOICE, CHOICE | choice]} | option]}
    sold_once = {"combinations": [VARIATION, VARIATION | own], "subscriptionSettings": settings_}

    assert_mapped_as_by_field(
        PRODUCTS,
        [deepcopy(PRODUCT | sold_once | changes) for changes in ({}, choices, {"options": None})],
    )


@pytest.mark.promise(5)
@settings(max_examples=60)
@given(customer=damaged(customer_payload()), person=damaged(customer_payload()["billingPerson"]))
def test_customer_is_mapped_as_by_field(customer: dict[str, Any], person: dict[str, Any]) -> None:
    assert_mapped_as_by_field(
        CUSTOMERS, [deepcopy(customer), customer_payload(billingPerson=deepcopy(person))]
    )


@pytest.mark.parametrize(
    ("spec", "payload"),
    [(PRODUCTS, PRODUCT), (ORDERS, order_payload()), (CUSTOMERS, customer_payload())],
    ids=lambda value: value.resource if isinstance(value, ResourceSpec) else "",
)
def test_usual_record_is_stored_as_the_text_that_was_sent(
    spec: ResourceSpec, payload: dict[str, Any]
) -> None:
    items = listed([payload])

    (record,) = spec.map(1003, items, READ_AT).records

    # Mapping field by field would have encoded the record again, without the blanks.
    assert record.row["raw"] == simplejson.dumps(payload, use_decimal=True)


def test_text_that_no_database_stores_is_encoded_again() -> None:
    items = listed([customer_payload(lang=WITHOUT_NUL)])

    (record,) = CUSTOMERS.map(1003, items, READ_AT).records

    assert load_json(record.row["raw"])["lang"] == "ab"


@pytest.mark.parametrize("value", ["\ud800", float("nan")])
def test_page_that_only_a_lenient_decoder_accepts_has_no_texts(value: Any) -> None:
    items = listed([customer_payload(lang=value)])

    assert items.texts is None
    assert len(CUSTOMERS.map(1003, items, READ_AT).records) == 1


@pytest.mark.parametrize("digits", ["1E+1000", "1E-1000", "1e99999"])
def test_page_with_an_extreme_number_has_no_texts(digits: str) -> None:
    body = f'{{"total":1,"items":[{{"id":5,"weight":{digits}}}]}}'.encode()

    items = read_page(body, FACTS).items

    assert isinstance(items, ListedRecords)
    assert items.texts is None
