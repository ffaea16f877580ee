"""Search terms of an event's values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.webhooks.search_terms import (
    TERM_LENGTH_LIMIT,
    TERMS_LIMIT,
    extract_terms,
    tokenize,
)

ORDER = {
    "eventId": "80aece08-40e8-4145-8764-6c2f0d38678a",
    "eventCreated": 1234567,
    "storeId": 1003,
    "entityId": 103878161,
    "eventType": "order.updated",
    "data": {
        "orderId": "EBJFT-1",
        "oldPaymentStatus": "PAID",
        "email": "Ada@Shopper.example",
        "total": Decimal("24.90"),
        "isTest": True,
        "note": None,
        "items": [{"sku": "MUG_1"}],
    },
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_terms_come_from_all_values_and_the_entity_id() -> None:
    assert extract_terms(ORDER) == sorted(
        ["103878161", "ebjft", "1", "paid", "ada", "shopper", "example", "24", "90", "mug_1"]
    )


def test_values_that_all_events_share_are_no_terms() -> None:
    assert not {"1003", "80aece08", "order", "orderid", "true"} & set(extract_terms(ORDER))


@pytest.mark.parametrize("payload", [None, 5, "text", [], {}, {"a": {"eventId": "x"}}], ids=repr)
def test_any_payload_has_terms_or_none(payload: Any) -> None:
    assert extract_terms(payload) == {"5": ["5"], "text": ["text"]}.get(
        str(payload), ["x"] if isinstance(payload, dict) and payload else []
    )


def test_number_of_terms_of_a_forged_payload_is_limited() -> None:
    deep: Any = "bottom"
    for _ in range(100):
        deep = [deep]

    assert len(extract_terms({"data": " ".join(map(str, range(1000)))})) == TERMS_LIMIT
    assert extract_terms(deep) == []
    assert tokenize("a" * 100) == ["a" * TERM_LENGTH_LIMIT]


@given(json_values)
def test_value_is_found_by_each_of_its_terms(value: Any) -> None:
    found = extract_terms({"data": value})

    assert found == sorted(set(found))
    if isinstance(value, str):
        assert found == sorted(set(tokenize(value)))
    assert all(tokenize(word) == [word] for word in found)
