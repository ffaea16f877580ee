"""Of a record whose person is erased only what is listed stays, whatever else it holds."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.privacy.privacy_requests import CUSTOMER, EVENT, ORDER, impersonal

SECRET = "zq secret qz"
plain = st.none() | st.booleans() | st.integers() | st.just("text")
names = st.sampled_from([*ORDER, "email", "billingPerson", "whatever Ecwid adds"])
secrets = st.recursive(
    st.just(SECRET),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=2)
        | st.dictionaries(st.sampled_from(["note", "greeting"]), inner, min_size=1, max_size=2)
    ),
)


@given(st.dictionaries(st.sampled_from(["email", "billingPerson", "new field"]), secrets))
def test_a_field_that_is_not_listed_goes(personal: dict[str, object]) -> None:
    record = {"id": "EBJFT", "total": 5, **personal}

    assert impersonal(record, ORDER) == {"id": "EBJFT", "total": 5}


@given(secrets.filter(lambda value: not isinstance(value, str)))
def test_no_listed_field_lets_a_structure_of_unknown_fields_through(hidden: object) -> None:
    record = dict.fromkeys(ORDER, hidden)

    assert SECRET not in json.dumps(impersonal(record, ORDER))


@given(st.dictionaries(names, plain))
def test_what_is_left_has_nothing_more_to_lose(record: dict[str, object]) -> None:
    left = impersonal(record, ORDER)

    assert impersonal(left, ORDER) == left


@given(plain | st.lists(plain))
def test_of_what_is_no_record_nothing_stays(odd: object) -> None:
    assert impersonal(odd, CUSTOMER) is None


def test_of_an_event_ids_and_order_states_stay() -> None:
    data = {"orderId": "EBJFT", "newPaymentStatus": "PAID", "customerEmail": "ada@shopper.example"}

    left = impersonal({"eventId": "e", "entityId": 12, "data": data, "note": SECRET}, EVENT)

    assert left == {
        "eventId": "e",
        "entityId": 12,
        "data": {"orderId": "EBJFT", "newPaymentStatus": "PAID"},
    }
