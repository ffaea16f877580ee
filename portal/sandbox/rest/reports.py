"""Endpoint of store reports, computed from the orders."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request

from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body
from portal.sandbox.rest.endpoints import Endpoint
from portal.sandbox.validation import (
    WrongParameterError,
    object_in,
    parse_integer,
    unexpected_value,
)

# Source (documented): REST docs, "Get store reports".
REPORT_TYPES = frozenset(
    {
        "allTraffic",
        "siteUniqueNewVisitorsByGroup",
        "newVsReturningVisitors",
        "visitorsByCities",
        "visitorsByCountry",
        "visitorsByDevice",
        "visitorsByLanguage",
        "siteEmailActivity",
        "salesFunnel",
        "topOfCategoriesByViews",
        "topOfProductsByViews",
        "topOfProductsByAddingToCart",
        "allOrders",
        "newOrdersVsRepeatOrders",
        "topOfProductsByOrders",
        "topOfCustomersByOrders",
        "topOfPaymentMethodsByOrders",
        "topOfShippingMethodsByOrders",
        "topOfProductsByAvailability",
        "allRevenue",
        "allExpenses",
        "allProfit",
        "topOfProductsByProfit",
        "tips",
        "topOfMarketingSources",
        "abandonedCarts",
        "automatedEmails",
        "acceptMarketing",
        "mailchimpCampaigns",
        "topOfCouponsByOrders",
        "topOfDiscountsByOrders",
        "giftCards",
    }
)
# Source (client): ecwid-java-api-client, TimeScaleValue.
SCALES = ("hour", "day", "week", "month", "year")
CHARTS = ("allOrders", "allRevenue")
# Reports that compare groups of orders, with the function that returns the group of an order.
GROUPS: dict[str, Callable[[Body], str]] = {
    "topOfPaymentMethodsByOrders": lambda order: str(order.get("paymentMethod") or ""),
    "topOfShippingMethodsByOrders": lambda order: str(
        object_in(order, "shippingOption").get("shippingMethodName") or ""
    ),
    "acceptMarketing": lambda order: str(bool(order.get("acceptMarketing"))).lower(),
}
LATEST = 2**32


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoint."""

    # Source (documented): REST docs, "Get store reports": the parameters.
    # Source (client): ecwid-java-api-client, FetchedReportResponse: the answer.
    # Source (assumed): The data of a report are the number of orders and their revenue.
    # Source (assumed): Canceled and unfinished orders count in no report.
    # Source (assumed): Reports that the sandbox can't compute have no data points.
    @endpoint("/reports/<report_type>", "read_store_stats")
    def report(store: Any, report_type: str) -> Any:
        if report_type not in REPORT_TYPES:
            raise WrongParameterError(f"There is no report {report_type[:40]}")
        start = parse_integer(request.args, "startedFrom", store["created"], 0, LATEST)
        end = parse_integer(request.args, "endedAt", int(time.time()), 0, LATEST)
        scale = request.args.get("timeScaleValue", "day")
        if scale not in SCALES:
            raise unexpected_value("timeScaleValue", SCALES)
        orders = _orders(parts, store, start, end)
        return {
            "reportType": report_type,
            "startedFrom": start,
            "endedAt": end,
            "timeScaleValue": scale,
            "aggregatedData": _sums(orders),
            "dataset": _dataset(report_type, scale, orders),
        }


def _orders(parts: Parts, store: Any, start: int, end: int) -> list[Body]:
    rows = parts.state.rows(
        "SELECT body FROM purchase WHERE store = ? AND created >= ? AND created < ?"
        " AND payment NOT IN ('CANCELLED', 'INCOMPLETE') ORDER BY created",
        store["id"],
        start,
        end,
    )
    return [json.loads(row["body"]) for row in rows]


def _dataset(report_type: str, scale: str, orders: list[Body]) -> list[Body]:
    points: dict[str, list[Body]] = {}
    if report_type in CHARTS:
        for order in orders:
            start = _start_of(scale, order["createTimestamp"])
            points.setdefault(str(start), []).append(order)
        return [
            {**_point(position, name, found), "startTimeStamp": int(name)}
            for position, (name, found) in enumerate(points.items())
        ]
    if report_type in GROUPS:
        for order in orders:
            points.setdefault(GROUPS[report_type](order), []).append(order)
        largest_first = sorted(points.items(), key=lambda item: -len(item[1]))
        return [
            {
                **_point(position, name, found),
                "percentage": round(100 * len(found) / len(orders), 2),
            }
            for position, (name, found) in enumerate(largest_first)
        ]
    return []


def _point(position: int, name: str, orders: list[Body]) -> Body:
    return {"orderBy": position, "datapointId": name, "data": _sums(orders)}


def _sums(orders: list[Body]) -> list[Body]:
    revenue = round(sum(order["total"] for order in orders), 2)
    return [
        {"dataId": "orders", "dataValue": len(orders)},
        {"dataId": "revenue", "dataValue": revenue},
    ]


def _start_of(scale: str, timestamp: int) -> int:
    """Return when the hour, day, week, month or year of a time began, in UTC."""
    moment = datetime.fromtimestamp(timestamp, UTC).replace(minute=0, second=0)
    if scale != "hour":
        moment = moment.replace(hour=0)
    if scale == "week":
        moment -= timedelta(days=moment.weekday())
    if scale in ("month", "year"):
        moment = moment.replace(day=1)
    if scale == "year":
        moment = moment.replace(month=1)
    return int(moment.timestamp())
