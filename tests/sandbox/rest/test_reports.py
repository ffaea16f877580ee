"""Tests for the endpoint of store reports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.sandbox.rest.reports import SCALES
from tests.sandbox.client import SandboxClient, error_of

ORDER = {"email": "ada@shopper.example", "fulfillmentStatus": "SHIPPED", "subtotal": 1}
ORDERS = (
    {"total": 10, "paymentStatus": "PAID", "paymentMethod": "Card", "acceptMarketing": True},
    {"total": 20.5, "paymentStatus": "PAID", "paymentMethod": "Card"},
    {"total": 30, "paymentStatus": "AWAITING_PAYMENT", "paymentMethod": "Invoice"},
    {"total": 40, "paymentStatus": "CANCELLED", "paymentMethod": "Card"},
    {"total": 50, "paymentStatus": "INCOMPLETE", "paymentMethod": "Card"},
)


@pytest.fixture(scope="module")
def shop_id(sandbox: SandboxClient) -> int:
    """Id of a store with three orders that count, a canceled one and a cart."""
    store_id = sandbox.make_store()
    sandbox.connect(store_id)
    for order in ORDERS:
        assert sandbox.api(store_id, "/orders", method="POST", json=ORDER | order).ok
    return store_id


def report(sandbox: SandboxClient, store_id: int, name: str, **params: Any) -> dict[str, Any]:
    """Return a report that includes the orders of this second."""
    params = {"endedAt": 2**32} | params
    answer = sandbox.api(store_id, f"/reports/{name}", **params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def data(point: dict[str, Any]) -> dict[str, float]:
    """Return the values of a data point by their ids."""
    return {entry["dataId"]: entry["dataValue"] for entry in point["data"]}


@pytest.mark.parametrize("scale", SCALES)
def test_orders_are_added_up_by_time(sandbox: SandboxClient, shop_id: int, scale: str) -> None:
    found = report(sandbox, shop_id, "allOrders", timeScaleValue=scale)

    assert found["timeScaleValue"] == scale
    assert data({"data": found["aggregatedData"]}) == {"orders": 3, "revenue": 60.5}
    assert sum(data(point)["revenue"] for point in found["dataset"]) == 60.5
    start = datetime.fromtimestamp(found["dataset"][0]["startTimeStamp"], UTC)
    expected = {"hour": "", "day": "%H", "week": "%H %w", "month": "%H %d", "year": "%H %d %m"}
    values = {"": "", "%H": "00", "%H %w": "00 1", "%H %d": "00 01", "%H %d %m": "00 01 01"}
    assert start.strftime(expected[scale]) == values[expected[scale]]
    assert (start.minute, start.second) == (0, 0)


def test_orders_are_grouped(sandbox: SandboxClient, shop_id: int) -> None:
    methods = report(sandbox, shop_id, "topOfPaymentMethodsByOrders")["dataset"]
    marketing = report(sandbox, shop_id, "acceptMarketing")["dataset"]
    shipping = report(sandbox, shop_id, "topOfShippingMethodsByOrders")["dataset"]

    assert [(m["datapointId"], data(m)["orders"], m["percentage"]) for m in methods] == [
        ("Card", 2, 66.67),
        ("Invoice", 1, 33.33),
    ]
    assert [(m["datapointId"], data(m)["orders"]) for m in marketing] == [
        ("false", 2),
        ("true", 1),
    ]
    assert [(m["datapointId"], data(m)["orders"]) for m in shipping] == [("", 3)]


def test_a_report_has_bounds(sandbox: SandboxClient, shop_id: int) -> None:
    found = report(sandbox, shop_id, "allRevenue", startedFrom=1, endedAt=2)

    assert (found["startedFrom"], found["endedAt"], found["dataset"]) == (1, 2, [])
    assert data({"data": found["aggregatedData"]}) == {"orders": 0, "revenue": 0}


def test_a_report_on_visitors_is_empty(sandbox: SandboxClient, shop_id: int) -> None:
    assert report(sandbox, shop_id, "allTraffic")["dataset"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/reports/everything",
        "/reports/allOrders?timeScaleValue=decade",
        "/reports/allOrders?startedFrom=yesterday",
        "/reports/allOrders?endedAt=-1",
    ],
)
def test_wrong_reports_are_refused(sandbox: SandboxClient, shop_id: int, path: str) -> None:
    assert error_of(sandbox.api(shop_id, path)) == (400, "WRONG_PARAMETER")
