"""Many calls are handed in at once and asked for by their ticket."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Turn
from tests.sandbox.outside import Outside, refusal, wait_for

Call = dict[str, Any]


def hand_in(outside: Outside, store_id: int, calls: list[Call], **params: Any) -> str:
    """Hand in a batch, return its ticket."""
    answer = outside.api(store_id, "/batch", method="POST", json=calls, **params)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["ticket"])


def outcome(outside: Outside, store_id: int, ticket: str, **params: Any) -> dict[str, Any]:
    """Return a batch when it is completed."""

    def completed() -> dict[str, Any] | None:
        found: dict[str, Any] = outside.api(store_id, "/batch", ticket=ticket, **params).json()
        return found if found["status"] == "COMPLETED" else None

    return wait_for(completed) or {}


def test_each_call_of_a_batch_is_answered(outside: Outside, store_id: int) -> None:
    mug = outside.make_product(store_id, name="Mug")
    calls: list[Call] = [
        {"id": "a", "path": f"/products/{mug}?responseFields=name", "method": "GET"},
        {"id": "b", "path": "/products", "method": "POST", "body": {"name": "Bowl"}},
        {"id": "c", "path": f"/products/{mug}", "method": "PUT", "body": {"price": 9}},
    ]

    found = outcome(outside, store_id, hand_in(outside, store_id, calls))

    assert (found["totalRequests"], found["completedRequests"]) == (3, 3)
    assert found["responses"][0] == {
        "id": "a",
        "status": "COMPLETED",
        "httpBody": {"name": "Mug"},
        "httpStatusCode": 200,
        "httpStatusLine": "HTTP/1.1 200 OK",
    }
    assert {product["name"] for product in outside.listed(store_id)} == {"Mug", "Bowl"}
    assert outside.api(store_id, f"/products/{mug}").json()["price"] == 9


def test_bodies_may_be_told_as_text(outside: Outside, store_id: int) -> None:
    ticket = hand_in(outside, store_id, [{"id": "a", "path": "/classes"}])

    (answer,) = outcome(outside, store_id, ticket, escapedJson="true")["responses"]

    assert answer["httpBody"].startswith('[{"id": 0')


MISSING: list[Call] = [{"id": "a", "path": "/products/42"}, {"id": "b", "path": "/profile"}]


@pytest.mark.parametrize(
    ("params", "states"),
    [
        ({}, ["FAILED", "NOT_EXECUTED"]),
        ({"stopOnFirstFailure": "false"}, ["FAILED", "COMPLETED"]),
    ],
    ids=["stops", "goes on"],
)
def test_a_batch_stops_at_a_failure_unless_told_to_go_on(
    outside: Outside, store_id: int, params: dict[str, str], states: list[str]
) -> None:
    found = outcome(outside, store_id, hand_in(outside, store_id, MISSING, **params))

    assert [answer["status"] for answer in found["responses"]] == states
    assert found["responses"][0]["httpStatusCode"] == 404


def test_a_server_error_is_tried_again_in_a_batch_that_goes_on(
    outside: Outside, store_id: int, turn: Turn
) -> None:
    turn(retry_speed="1000")
    outside.control(
        "POST", "/faults", {"path_prefix": "/products/42", "status": 500, "body": "", "times": 2}
    )

    ticket = hand_in(outside, store_id, MISSING, stopOnFirstFailure="false")
    found = outcome(outside, store_id, ticket)

    assert found["responses"][0]["httpStatusCode"] == 404


def test_each_call_needs_its_own_scope(outside: Outside) -> None:
    store_id = outside.make_store()
    outside.connect(store_id, ("read_store_profile",))

    found = outcome(outside, store_id, hand_in(outside, store_id, [{"path": "/products"}]))

    assert found["responses"][0]["httpStatusCode"] == 403


def test_the_same_key_is_the_same_batch(outside: Outside, store_id: int) -> None:
    calls: list[Call] = [{"path": "/products", "method": "POST", "body": {"name": "Once"}}]

    tickets = {hand_in(outside, store_id, calls, deduplicationKey="k-1") for _ in range(3)}

    assert len(tickets) == 1
    outcome(outside, store_id, tickets.pop())
    assert len(outside.listed(store_id)) == 1


def test_batches_are_listed_and_waiting_ones_called_off(outside: Outside, store_id: int) -> None:
    outside.control(
        "POST", "/faults", {"path_prefix": "/classes", "status": 0, "delay_s": 1.0, "times": 1}
    )
    slow = hand_in(outside, store_id, [{"path": "/classes"}], groupId="night")
    waiting = hand_in(outside, store_id, [{"path": "/profile"}], groupId="night")

    answer = outside.api(store_id, "/batch/cancel-group", method="POST", groupId="night")

    assert answer.json()["updateCount"] >= 1
    assert outcome(outside, store_id, waiting)["responses"] == []
    outcome(outside, store_id, slow)
    listed = outside.api(store_id, "/batch", status="COMPLETED").json()["items"]
    assert {slow, waiting} <= {item["ticket"] for item in listed}


@pytest.mark.parametrize(
    "calls",
    [
        [],
        {},
        [{"path": "products"}],
        [{"path": "/products", "method": "PATCH"}],
        ["/products"],
        [{"path": "/profile"}] * 501,
    ],
    ids=["empty", "no list", "no slash", "no method", "no object", "too many"],
)
def test_a_batch_that_cannot_be_is_refused(outside: Outside, store_id: int, calls: object) -> None:
    answer = outside.api(store_id, "/batch", method="POST", json=calls)

    assert refusal(answer) == (400, "WRONG_PARAMETER")


def test_an_unknown_ticket_is_a_404(outside: Outside, store_id: int) -> None:
    assert outside.api(store_id, "/batch", ticket="nothing").status_code == 404
