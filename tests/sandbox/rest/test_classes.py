"""Tests for product classes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of

BOARDS = {"name": "Boards", "attributes": [{"name": "Wood"}, {"name": "Oil"}]}


def make_class(sandbox: SandboxClient, store_id: int) -> int:
    """Create a class and return its id."""
    answer = sandbox.api(store_id, "/classes", method="POST", json=BOARDS)
    return int(answer.json()["id"])


def test_every_store_has_the_class_general(sandbox: SandboxClient, store_id: int) -> None:
    general = {"id": 0, "name": "General", "attributes": []}

    assert sandbox.api(store_id, "/classes").json() == [general]
    assert sandbox.api(store_id, "/classes/0").json() == general


def test_a_custom_class_follows_general(sandbox: SandboxClient, store_id: int) -> None:
    class_id = make_class(sandbox, store_id)

    names = [found["name"] for found in sandbox.api(store_id, "/classes").json()]
    assert names == ["General", "Boards"]
    assert sandbox.api(store_id, f"/classes/{class_id}").json()["id"] == class_id


def test_attributes_get_stable_ids(sandbox: SandboxClient, store_id: int) -> None:
    path = f"/classes/{make_class(sandbox, store_id)}"
    wood, oil = sandbox.api(store_id, path).json()["attributes"]

    change = {"attributes": [oil, {"name": "Size"}]}
    sandbox.api(store_id, path, method="PUT", json=change)

    kept, size = sandbox.api(store_id, path).json()["attributes"]
    assert kept == oil
    assert len({wood["id"], oil["id"], size["id"]}) == 3


def test_changes_emit_events(sandbox: SandboxClient, store_id: int) -> None:
    events = [f"product_class.{change}" for change in ("created", "updated", "deleted")]
    sandbox.subscribe(store_id, *events)

    class_id = make_class(sandbox, store_id)
    path = f"/classes/{class_id}"
    changed = sandbox.api(store_id, path, method="PUT", json={"name": "Bowls"})
    deleted = sandbox.api(store_id, path, method="DELETE")

    assert (changed.json(), deleted.json()) == ({"updateCount": 1}, {"deleteCount": 1})
    assert sandbox.events(store_id) == [(event, class_id, {}) for event in events]


@pytest.mark.parametrize(
    "body",
    [{}, {"name": " "}, {"name": "Boards", "attributes": [{}]}, {"name": "B", "attributes": {}}],
    ids=["no-name", "empty-name", "nameless-attribute", "no-list"],
)
def test_an_invalid_class_is_rejected(
    sandbox: SandboxClient, store_id: int, body: dict[str, Any]
) -> None:
    answer = sandbox.api(store_id, "/classes", method="POST", json=body)

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert len(sandbox.api(store_id, "/classes").json()) == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_general_cannot_be_changed(sandbox: SandboxClient, store_id: int, method: str) -> None:
    answer = sandbox.api(store_id, "/classes/0", method=method, json={"name": "Boards"})

    assert error_of(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("number", ["99", "9" * 30])
def test_an_unknown_class_is_a_404(
    sandbox: SandboxClient, store_id: int, method: str, number: str
) -> None:
    answer = sandbox.api(store_id, f"/classes/{number}", method=method, json={"name": "Boards"})

    assert answer.status_code == 404
    assert answer.json()["errorMessage"] == f"Product class #{number} not found"
