"""Tests for the endpoints of customer groups."""

from __future__ import annotations

import pytest

from tests.sandbox.client import SandboxClient, error_of


def make_group(sandbox: SandboxClient, store_id: int, name: str = "VIP") -> int:
    """Create a group and return its id."""
    answer = sandbox.api(store_id, "/customer_groups", method="POST", json={"name": name})
    return int(answer.json()["id"])


def group_of(sandbox: SandboxClient, store_id: int, customer_id: int) -> tuple[int, str]:
    """Return id and name of a customer's group."""
    customer = sandbox.api(store_id, f"/customers/{customer_id}").json()
    return customer["customerGroupId"], customer["customerGroupName"]


def test_groups_follow_general(sandbox: SandboxClient, store_id: int) -> None:
    vip, trade = (make_group(sandbox, store_id, name) for name in ("VIP", "Trade"))
    general = {"id": 0, "name": "General"}

    assert sandbox.list_items(store_id, "/customer_groups") == [
        general,
        {"name": "VIP", "id": vip},
        {"name": "Trade", "id": trade},
    ]
    assert sandbox.api(store_id, "/customer_groups/0").json() == general
    found = [
        [item["id"] for item in sandbox.list_items(store_id, "/customer_groups", **query)]
        for query in ({"keyword": "tra"}, {"customerGroupId": f"0, {vip}"}, {"offset": "1"})
    ]
    assert found == [[trade], [0, vip], [vip, trade]]


def test_customers_follow_the_changes_of_their_group(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.subscribe(store_id, *(f"customer_group.{c}" for c in ("created", "updated", "deleted")))
    group_id = make_group(sandbox, store_id)
    fields = {"email": "ada@shopper.example", "customerGroupId": group_id}
    customer_id = sandbox.api(store_id, "/customers", method="POST", json=fields).json()["id"]
    path = f"/customer_groups/{group_id}"

    before = group_of(sandbox, store_id, customer_id)
    sandbox.api(store_id, path, method="PUT", json={"name": "Gold"})
    renamed = group_of(sandbox, store_id, customer_id)
    deleted = sandbox.api(store_id, path, method="DELETE")

    assert (before, renamed) == ((group_id, "VIP"), (group_id, "Gold"))
    assert deleted.json() == {"deleteCount": 1}
    assert group_of(sandbox, store_id, customer_id) == (0, "General")
    assert [event for event, _, _ in sandbox.events(store_id)] == [
        "customer_group.created",
        "customer_group.updated",
        "customer_group.deleted",
    ]


def test_a_customer_needs_an_existing_group(sandbox: SandboxClient, store_id: int) -> None:
    fields = {"email": "bea@shopper.example", "customerGroupId": 7}

    answer = sandbox.api(store_id, "/customers", method="POST", json=fields)

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert "Customer group #7 not found" in answer.json()["errorMessage"]


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("GET", "/customer_groups/7", None, (404, "")),
        ("PUT", "/customer_groups/7", {"name": "x"}, (404, "")),
        ("DELETE", "/customer_groups/7", None, (404, "")),
        ("PUT", "/customer_groups/0", {"name": "x"}, (400, "WRONG_PARAMETER")),
        ("DELETE", "/customer_groups/0", None, (400, "WRONG_PARAMETER")),
        ("POST", "/customer_groups", {}, (400, "WRONG_PARAMETER")),
        ("POST", "/customer_groups", {"name": " "}, (400, "WRONG_PARAMETER")),
    ],
)
def test_invalid_calls_are_refused(
    sandbox: SandboxClient,
    store_id: int,
    method: str,
    path: str,
    body: object,
    error: tuple[int, str],
) -> None:
    assert error_of(sandbox.api(store_id, path, method=method, json=body)) == error


def test_groups_need_a_higher_plan(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(plan="Venture")
    sandbox.connect(store_id)

    answer = sandbox.api(store_id, "/customer_groups")

    assert error_of(answer) == (403, "CUSTOMER_GROUPS_FEATURE_NOT_AVAILABLE")
