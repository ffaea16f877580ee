"""An erased data subject's record keeps only the listed fields."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.privacy.redaction import (
    CUSTOMER_ALLOWLIST,
    EVENT_ALLOWLIST,
    ORDER_ALLOWLIST,
    redact,
)

SECRET = "zq secret qz"
plain = st.none() | st.booleans() | st.integers() | st.just("text")
names = st.sampled_from([*ORDER_ALLOWLIST, "email", "billingPerson", "whatever Ecwid adds"])
secrets = st.recursive(
    st.just(SECRET),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=2)
        | st.dictionaries(st.sampled_from(["note", "greeting"]), inner, min_size=1, max_size=2)
    ),
)


@given(st.dictionaries(st.sampled_from(["email", "billingPerson", "new field"]), secrets))
def test_field_that_is_not_listed_is_removed(personal: dict[str, object]) -> None:
    record = {"id": "EBJFT", "total": 5, **personal}

    assert redact(record, ORDER_ALLOWLIST) == {"id": "EBJFT", "total": 5}


@given(secrets.filter(lambda value: not isinstance(value, str)))
def test_listed_field_does_not_keep_a_structure_of_unknown_fields(hidden: object) -> None:
    record = dict.fromkeys(ORDER_ALLOWLIST, hidden)

    assert SECRET not in json.dumps(redact(record, ORDER_ALLOWLIST))


@given(st.dictionaries(names, plain))
def test_erasing_twice_changes_nothing(record: dict[str, object]) -> None:
    left = redact(record, ORDER_ALLOWLIST)

    assert redact(left, ORDER_ALLOWLIST) == left


@given(plain | st.lists(plain))
def test_value_that_is_no_record_is_removed(odd: object) -> None:
    assert redact(odd, CUSTOMER_ALLOWLIST) is None


def test_event_keeps_ids_and_order_statuses() -> None:
    data = {"orderId": "EBJFT", "newPaymentStatus": "PAID", "customerEmail": "ada@shopper.example"}

    left = redact({"eventId": "e", "entityId": 12, "data": data, "note": SECRET}, EVENT_ALLOWLIST)

    assert left == {
        "eventId": "e",
        "entityId": 12,
        "data": {"orderId": "EBJFT", "newPaymentStatus": "PAID"},
    }
