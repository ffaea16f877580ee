"""Problems have a code, the invalid field and a link to their explanation."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from redis import RedisError

from portal.models import Resource, Store
from portal.services.runs.run_control import pause
from portal.services.runtime import Runtime
from portal.web.api.problem_kinds import KINDS
from tests.web.api.conftest import Caller

PRODUCTS = "/stores/1003/products"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("updated=2026-03-01T12:00:00Z", "updated"),
        ("limit=251", "limit"),
        ("limit=ten", "limit"),
        ("limit=1&limit=2", "limit"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=2026-03-01T12:00:00", "updated_since"),
        ("updated_since=0001-01-01T00:00:00%2B14:00", "updated_since"),
        ("after=nonsense", "after"),
        ("after=OTk5OTk5OTk5OTk5OTk5OTk5LTE", "after"),
        ("after=%C3%A4", "after"),
        ("fields=id,color", "fields"),
        ("sku=a%00b", "sku"),
        ("limit=%2B5", "limit"),
        ("limit=05", "limit"),
        ("limit=5.0", "limit"),
        ("count=1", "count"),
        ("count=TRUE", "count"),
        ("is_in_stock=null", "is_in_stock"),
        ("updated_since=1772366400", "updated_since"),
    ],
)
def test_invalid_query_is_rejected_with_the_field(
    caller: Caller, store: Store, query: str, field: str
) -> None:
    answer = caller.get(f"{PRODUCTS}?{query}")

    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert answer.json["field"] == answer.json["errors"][0]["field"] == field
    assert answer.json["detail"]


@pytest.mark.parametrize("text", [r"\ud800", r"\ud800 and more", "\xed\xa0\x80", "\xff"])
def test_half_of_a_surrogate_pair_is_no_json(caller: Caller, text: str) -> None:
    body = {"data": f'{{"comment": "{text}"}}'.encode("latin-1")}

    refused = caller.send("POST", "/stores/1003/quotes", content_type="application/json", **body)

    assert (refused.status_code, refused.json["code"]) == (400, "bad_json")


def test_unknown_parameter_is_rejected_where_none_is_known(caller: Caller, store: Store) -> None:
    answer = caller.get("/stores/1003?color=red")

    assert (answer.status_code, answer.json["field"]) == (422, "color")
    assert answer.json["detail"] == "color is unknown here."


@pytest.mark.parametrize(
    ("body", "kind", "code", "field"),
    [
        (b'{"resource": "products"}', "text/plain", "not_json", None),
        (b'{"resource": ', "application/json", "bad_json", None),
        (b'{"resource": "\xff"}', "application/json", "bad_json", None),
        (b"[" * 5_000 + b"]" * 5_000, "application/json", "bad_json", None),
        (b"{}", "application/json", "invalid", "resource"),
        (b'{"resource": "stars"}', "application/json", "invalid", "resource"),
        (b'{"resource": "a\\u0000"}', "application/json", "invalid", "resource"),
        (b" " * 300_000, "application/json", "too_large", None),
    ],
)
def test_invalid_body_is_rejected(
    caller: Caller, store: Store, body: bytes, kind: str, code: str, field: str | None
) -> None:
    answer = caller.send("POST", "/stores/1003/runs", data=body, content_type=kind)

    assert answer.json["code"] == code
    assert answer.json.get("field") == field
    assert answer.status_code == answer.json["status"] == KINDS[code].status


def test_invalid_field_has_a_code_and_a_message(caller: Caller, store: Store) -> None:
    problem = caller.get(f"{PRODUCTS}?limit=251").json

    assert problem["errors"] == [
        {
            "field": "limit",
            "code": "out_of_range",
            "message": "limit must be a whole number from 1 to 250.",
        }
    ]
    assert problem["detail"] == problem["errors"][0]["message"]


def test_body_with_a_nul_character_is_rejected(caller: Caller, mirror: Store) -> None:
    body = b'{"private_notes": "a\\u0000"}'

    answer = caller.send(
        "PATCH", "/stores/1003/orders/90", data=body, content_type="application/json"
    )

    assert (answer.status_code, answer.json["code"]) == (422, "invalid")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/stars", 404),
        ("GET", "/stores/1003/products/6", 404),
        ("GET", "/stores/1003/products/99999999999999999999", 404),
        ("GET", "/stores/1003/runs/7", 404),
        ("POST", "/stores/1003/runs/7/cancel", 404),
        ("GET", "/stores/1003/events/none", 404),
        ("GET", "/stores/1003/events/a%00b", 404),
        ("DELETE", "/stores", 405),
    ],
)
def test_missing_resource_is_a_problem(
    caller: Caller, store: Store, method: str, path: str, status: int
) -> None:
    answer = caller.send(method, path)

    assert answer.status_code == answer.json["status"] == status
    assert answer.mimetype == "application/problem+json"
    assert ("Allow" in answer.headers) == (status == 405)


def test_type_of_a_problem_links_to_its_explanation(
    caller: Caller, app: Flask, store: Store
) -> None:
    kind = caller.get("/stores/1/products").json["type"]
    page, _, anchor = kind.partition("#")

    assert page.endswith("/api/docs")
    assert f'id="{anchor}"' in app.test_client().get("/api/docs").text


def test_runs_are_started_paused_resumed_and_canceled(caller: Caller, store: Store) -> None:
    started = caller.post("/stores/1003/runs", {"resource": "products", "kind": "reconciliation"})
    assert (started.status_code, started.json["kind"]) == (202, "backfill")
    run = f"/stores/1003/runs/{started.json['id']}"

    assert caller.post("/stores/1003/resources/products/pause").json["is_paused"] is True
    assert caller.get(run).json["state"] == "paused"
    assert caller.post("/stores/1003/runs", {"resource": "products"}).json["code"] == "conflict"
    assert caller.post("/stores/1003/resources/products/resume").json["is_paused"] is False
    assert caller.post("/stores/1003/resources/products/resume").status_code == 409
    assert caller.post(f"{run}/cancel").json["state"] == "canceled"
    assert caller.post(f"{run}/cancel").status_code == 409
    assert caller.post("/stores/1003/resources/stars/pause").status_code == 404


def test_unavailable_queue_server_is_not_a_client_error(
    caller: Caller, app: Flask, store: Store
) -> None:
    def fail(**_: Any) -> None:
        raise RedisError

    app.view_functions["api.list_stores"] = fail

    answer = caller.get("/stores")

    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")


def test_paused_resource_appears_in_the_health_of_the_store(
    caller: Caller, store: Store, runtime: Runtime
) -> None:
    pause(store, Resource.PRODUCTS)

    health = caller.get("/stores/1003/health").json

    assert health["status"] == "needs_attention"
    assert health["sections"]["connection"]["status"] == "complete"
    assert health["sections"]["scopes"]["status"] == "complete"
    assert health["sections"]["sync"]["status"] == "needs_attention"
    assert [r["is_paused"] for r in health["resources"] if r["resource"] == "products"] == [True]


@pytest.mark.parametrize("number", ["0", "07", "9223372036854775808", "1" + "0" * 18])
def test_number_that_no_id_can_have_is_not_found(caller: Caller, store: Store, number: str) -> None:
    # This URL also has a PATCH.
    missing = caller.get(f"/stores/1003/orders/{number}")

    assert (missing.status_code, missing.json["code"]) == (404, "not_found")
