"""Tests for the endpoints of an order's extra fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of

ORDER = {
    "subtotal": 10,
    "total": 10,
    "email": "ada@shopper.example",
    "paymentStatus": "PAID",
    "fulfillmentStatus": "SHIPPED",
    "extraFields": {"wrapping": "Brown paper"},
}
SIGNATURE = {
    "id": "signature",
    "value": "With love",
    "title": "How to sign?",
    "customerInputType": "TEXTAREA",
    "orderDetailsDisplaySection": "order_comments",
}


def make_order(sandbox: SandboxClient, store_id: int, **fields: Any) -> str:
    """Create an order and return the path of its extra fields."""
    answer = sandbox.api(store_id, "/orders", method="POST", json=ORDER | fields)
    assert answer.status_code == 200, answer.text
    return f"/orders/{answer.json()['orderid']}/extraFields"


def values(sandbox: SandboxClient, store_id: int, path: str) -> dict[str, str]:
    """Return the values of an order's extra fields by id."""
    return {field["id"]: field["value"] for field in sandbox.api(store_id, path).json()}


def test_extra_fields_are_added_changed_and_deleted(sandbox: SandboxClient, store_id: int) -> None:
    path = make_order(sandbox, store_id)
    sandbox.subscribe(store_id, "order.updated")

    added = sandbox.api(store_id, path, method="POST", json=SIGNATURE)
    twice = sandbox.api(store_id, path, method="POST", json=SIGNATURE)
    changed = sandbox.api(store_id, f"{path}/signature", method="PUT", json={"value": "Ada"})
    deleted = sandbox.api(store_id, f"{path}/wrapping", method="DELETE")

    assert [answer.json() for answer in (added, twice, changed, deleted)] == [
        {"createCount": 1},
        {"createCount": 0},
        {"updateCount": 1},
        {"deleteCount": 1},
    ]
    order = sandbox.api(store_id, path.removesuffix("/extraFields")).json()
    shown = {"orderBy": "1", "showInNotifications": False, "showInInvoice": False}
    assert order["extraFields"] == {"signature": "Ada"}
    assert order["orderExtraFields"] == [SIGNATURE | shown | {"value": "Ada"}]
    assert sandbox.api(store_id, path).json() == order["orderExtraFields"]
    assert len(sandbox.events(store_id)) == 3


def test_the_list_of_an_order_is_in_its_map_too(sandbox: SandboxClient, store_id: int) -> None:
    path = make_order(sandbox, store_id, orderExtraFields=[SIGNATURE])
    order = path.removesuffix("/extraFields")

    created = values(sandbox, store_id, path)
    sandbox.api(store_id, order, method="PUT", json={"orderExtraFields": [{"id": "a"}]})
    replaced = sandbox.api(store_id, order).json()["extraFields"]
    sandbox.api(store_id, order, method="PUT", json={"extraFields": {"b": "2"}})

    assert created == {"signature": "With love", "wrapping": "Brown paper"}
    assert replaced == {"a": ""}
    assert values(sandbox, store_id, path) == {"b": "2"}


@pytest.mark.parametrize(
    "fields",
    [
        "text",
        {"value": "x", "title": "x"},
        {"id": "x", "title": "x"},
        {"id": "x", "value": "x"},
        SIGNATURE | {"value": 7},
        SIGNATURE | {"value": "x" * 256},
        SIGNATURE | {"customerInputType": ["TEXT"]},
        SIGNATURE | {"orderDetailsDisplaySection": "header"},
        SIGNATURE | {"orderBy": "first"},
    ],
    ids=str,
)
def test_invalid_extra_fields_are_refused(
    sandbox: SandboxClient, store_id: int, fields: object
) -> None:
    path = make_order(sandbox, store_id)

    answer = sandbox.api(store_id, path, method="POST", json=fields)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


def test_an_order_has_up_to_8_kb_of_extra_fields(sandbox: SandboxClient, store_id: int) -> None:
    path = make_order(sandbox, store_id, extraFields={str(n): "x" * 255 for n in range(31)})

    answer = sandbox.api(store_id, path, method="POST", json=SIGNATURE | {"value": "x" * 255})

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert "8 kB" in answer.json()["errorMessage"]


@pytest.mark.parametrize(
    "entries",
    [
        "x",
        ["x"],
        [{"value": "x"}],
        [{"id": "a", "value": None}],
        [{"id": "a", "value": "x" * 256}],
        [{"id": str(n), "value": "x" * 255} for n in range(33)],
    ],
    ids=lambda entries: str(entries)[:30],
)
def test_an_order_with_a_wrong_list_is_refused(
    sandbox: SandboxClient, store_id: int, entries: object
) -> None:
    order = ORDER | {"orderExtraFields": entries}

    answer = sandbox.api(store_id, "/orders", method="POST", json=order)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize(("method", "body"), [("PUT", {"value": "x"}), ("DELETE", None)])
def test_unknown_extra_fields_are_not_found(
    sandbox: SandboxClient, store_id: int, method: str, body: object
) -> None:
    path = make_order(sandbox, store_id)

    unknown_field = sandbox.api(store_id, f"{path}/ribbon", method=method, json=body)
    unknown_order = sandbox.api(store_id, "/orders/NONE/extraFields/a", method=method, json=body)

    assert unknown_field.status_code == 404
    assert unknown_field.json()["errorMessage"] == "ExtraField #ribbon not found"
    assert error_of(unknown_order) == (404, "ORDER_NOT_FOUND")
