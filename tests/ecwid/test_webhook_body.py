"""A valid webhook body is parsed; any other is rejected with the reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ecwid.webhook_body import read_webhook_body
from portal.errors import WebhookFormatError

NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def event(**changes: Any) -> dict[str, Any]:
    """Return an event as Ecwid sends it."""
    values = {
        "eventId": "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506",
        "eventCreated": 1_700_000_000,
        "storeId": 1003,
        "entityId": 5,
        "eventType": "product.updated",
    }
    return values | changes


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "the body is not JSON"),
        (b"{", "the body is not JSON"),
        (b"\xff\xfe", "the body is not JSON"),
        (b'{"eventId": NaN}', "the body is not JSON"),
        (b"1" * 5000, "the body is not JSON"),
        (b'{"price": 1E99999999999999999999}', "the body is not JSON"),
        (b"[" * 60_000, "the body is not JSON"),
        (b"null", "the body is not a JSON object"),
        (b"[{}]", "the body is not a JSON object"),
        (b'"text"', "the body is not a JSON object"),
        (b"{}", "eventId is missing or is not a short text"),
    ],
)
def test_invalid_body_is_rejected_with_the_reason(body: bytes, problem: str) -> None:
    with pytest.raises(WebhookFormatError, match=problem):
        read_webhook_body(body)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("eventId", value)
            for value in (
                None,
                "",
                0,
                -5,
                1.5,
                True,
                10**200,
                "x" * 201,
                "a\x00b",
                "a\nb",
                "\ud800",
                [],
            )
        ),
        *(("eventType", value) for value in (None, "", 5, "x" * 201, "a\tb", {})),
        *(
            ("eventCreated", value)
            for value in (None, "", 0, -1, 1.5, True, 2**33, "soon", "017", [])
        ),
        *(
            ("storeId", value)
            for value in (None, "", 0, -1003, 1.5, True, 2**63, "1" * 20, "¹", "+1", "01003")
        ),
        *(("entityId", value) for value in (True, [], {}, "x" * 201, "a\x00b", 10**200)),
    ],
)
def test_field_with_an_invalid_value_is_named(name: str, value: Any) -> None:
    with pytest.raises(WebhookFormatError, match=f"^{name} is "):
        read_webhook_body(json.dumps(event(**{name: value})).encode())


@pytest.mark.parametrize(
    ("entity_id", "read"), [(5, "5"), ("5", "5"), ("EBJFT", "EBJFT"), (None, None), ("", "")]
)
def test_entity_id_may_be_a_number_or_a_text(entity_id: object, read: str | None) -> None:
    delivery = read_webhook_body(json.dumps(event(entityId=entity_id)).encode())

    assert delivery.entity_id == read


def test_numbers_may_be_sent_as_texts() -> None:
    delivery = read_webhook_body(
        json.dumps(event(storeId="1003", eventCreated="1700000000")).encode()
    )

    assert (delivery.store_id, delivery.event_created) == (1003, 1_700_000_000)
    assert delivery.created_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("printed", ["5", "1700000000000000001", "123456789012345678901234567890"])
def test_numeric_event_id_is_kept_as_the_body_prints_it(printed: str) -> None:
    body = json.dumps(event()).replace(f'"{event()["eventId"]}"', printed)

    assert read_webhook_body(body.encode()).event_id == printed


def readable(body: bytes) -> bool:
    """Return whether the body is parsed; fail for any error other than WebhookFormatError."""
    try:
        delivery = read_webhook_body(body)
    except WebhookFormatError:
        return False
    assert 0 < delivery.store_id < 2**63
    assert delivery.created_at.tzinfo is UTC
    assert delivery.event_id
    assert delivery.type
    return True


@given(st.binary())
def test_any_bytes_are_parsed_or_rejected(body: bytes) -> None:
    readable(body)


@given(body=JSON, is_ascii=st.booleans())
def test_any_json_is_parsed_or_rejected(body: Any, is_ascii: bool) -> None:
    readable(json.dumps(body, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass"))


@given(name=st.sampled_from(sorted(event())), value=JSON, changes=st.dictionaries(st.text(), JSON))
def test_any_value_of_a_field_is_parsed_or_rejected(
    name: str, value: Any, changes: dict[str, Any]
) -> None:
    readable(json.dumps(changes | event(**{name: value})).encode())


@given(text=st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{1,3})?[eE][+-]?[0-9]{1,25}", fullmatch=True))
def test_any_number_is_parsed_or_rejected(text: str) -> None:
    body = json.dumps(event(entityId=0, data=0))

    readable(body.replace('"entityId": 0', f'"entityId": {text}').encode())
    readable(body.replace('"data": 0', f'"data": {text}').encode())
