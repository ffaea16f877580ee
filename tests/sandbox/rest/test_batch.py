"""Tests for batches of calls."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of, wait_for
from tests.sandbox.conftest import SetSwitches

Call = dict[str, Any]


def submit(sandbox: SandboxClient, store_id: int, calls: list[Call], **params: Any) -> str:
    """Submit a batch and return its ticket."""
    answer = sandbox.api(store_id, "/batch", method="POST", json=calls, **params)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["ticket"])


def result(sandbox: SandboxClient, store_id: int, ticket: str, **params: Any) -> dict[str, Any]:
    """Wait for a batch to complete and return it."""

    def completed() -> dict[str, Any] | None:
        found: dict[str, Any] = sandbox.api(store_id, "/batch", ticket=ticket, **params).json()
        return found if found["status"] == "COMPLETED" else None

    return wait_for(completed) or {}


def test_a_batch_returns_a_response_for_each_call(sandbox: SandboxClient, store_id: int) -> None:
    mug = sandbox.make_product(store_id, name="Mug")
    calls: list[Call] = [
        {"id": "a", "path": f"/products/{mug}?responseFields=name", "method": "GET"},
        {"id": "b", "path": "/products", "method": "POST", "body": {"name": "Bowl"}},
        {"id": "c", "path": f"/products/{mug}", "method": "PUT", "body": {"price": 9}},
    ]

    found = result(sandbox, store_id, submit(sandbox, store_id, calls))

    assert (found["totalRequests"], found["completedRequests"]) == (3, 3)
    assert found["responses"][0] == {
        "id": "a",
        "status": "COMPLETED",
        "httpBody": {"name": "Mug"},
        "httpStatusCode": 200,
        "httpStatusLine": "HTTP/1.1 200 OK",
    }
    assert {product["name"] for product in sandbox.list_items(store_id)} == {"Mug", "Bowl"}
    assert sandbox.api(store_id, f"/products/{mug}").json()["price"] == 9


def test_response_bodies_can_be_returned_as_text(sandbox: SandboxClient, store_id: int) -> None:
    ticket = submit(sandbox, store_id, [{"id": "a", "path": "/classes"}])

    (answer,) = result(sandbox, store_id, ticket, escapedJson="true")["responses"]

    assert answer["escapedHttpBody"].startswith('[{"id": 0')
    assert "httpBody" not in answer


def test_a_path_needs_no_slash_in_front(sandbox: SandboxClient, store_id: int) -> None:
    ticket = submit(sandbox, store_id, [{"id": "a", "path": "profile"}])

    (answer,) = result(sandbox, store_id, ticket)["responses"]

    assert answer["httpBody"]["generalInfo"]["storeId"] == store_id


MISSING: list[Call] = [{"id": "a", "path": "/products/42"}, {"id": "b", "path": "/profile"}]


@pytest.mark.parametrize(
    ("params", "states"),
    [
        ({}, ["FAILED", "NOT_EXECUTED"]),
        ({"stopOnFirstFailure": "false"}, ["FAILED", "COMPLETED"]),
    ],
    ids=["stops", "continues"],
)
def test_a_batch_stops_at_a_failure_unless_the_parameter_says_otherwise(
    sandbox: SandboxClient, store_id: int, params: dict[str, str], states: list[str]
) -> None:
    found = result(sandbox, store_id, submit(sandbox, store_id, MISSING, **params))

    assert [answer["status"] for answer in found["responses"]] == states
    assert found["responses"][0]["httpStatusCode"] == 404


def test_a_batch_that_continues_retries_server_errors(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(retry_speed="1000")
    sandbox.admin(
        "POST", "/faults", {"path_prefix": "/products/42", "status": 500, "body": "", "times": 2}
    )

    ticket = submit(sandbox, store_id, MISSING, stopOnFirstFailure="false")
    found = result(sandbox, store_id, ticket)

    assert found["responses"][0]["httpStatusCode"] == 404


def test_each_call_is_checked_for_its_scope(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()
    sandbox.connect(store_id, ("read_store_profile",))

    found = result(sandbox, store_id, submit(sandbox, store_id, [{"path": "/products"}]))

    assert found["responses"][0]["httpStatusCode"] == 403


def test_a_repeated_deduplication_key_returns_the_same_batch(
    sandbox: SandboxClient, store_id: int
) -> None:
    calls: list[Call] = [{"path": "/products", "method": "POST", "body": {"name": "Once"}}]

    tickets = {submit(sandbox, store_id, calls, deduplicationKey="k-1") for _ in range(3)}

    assert len(tickets) == 1
    result(sandbox, store_id, tickets.pop())
    assert len(sandbox.list_items(store_id)) == 1


def test_batches_are_listed_and_queued_ones_can_be_canceled(
    sandbox: SandboxClient, store_id: int
) -> None:
    sandbox.admin(
        "POST", "/faults", {"path_prefix": "/classes", "status": 0, "delay_s": 1.0, "times": 1}
    )
    slow = submit(sandbox, store_id, [{"path": "/classes"}], groupId="night")
    queued = submit(sandbox, store_id, [{"path": "/profile"}], groupId="night")

    answer = sandbox.api(store_id, "/batch/cancel-group", method="POST", groupId="night")

    assert answer.json()["updateCount"] >= 1
    assert result(sandbox, store_id, queued)["responses"] == []
    result(sandbox, store_id, slow)
    listed = sandbox.api(store_id, "/batch", status="COMPLETED").json()["items"]
    assert {slow, queued} <= {item["ticket"] for item in listed}


@pytest.mark.parametrize(
    "calls",
    [
        [],
        {},
        [{"path": " "}],
        [{"path": "/products", "method": "PATCH"}],
        ["/products"],
        [{"path": "/profile"}] * 501,
    ],
    ids=[
        "empty",
        "not a list",
        "blank path",
        "unknown method",
        "not an object",
        "too many",
    ],
)
def test_an_invalid_batch_is_rejected(sandbox: SandboxClient, store_id: int, calls: object) -> None:
    answer = sandbox.api(store_id, "/batch", method="POST", json=calls)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


def test_an_unknown_ticket_is_a_404(sandbox: SandboxClient, store_id: int) -> None:
    assert sandbox.api(store_id, "/batch", ticket="nothing").status_code == 404
