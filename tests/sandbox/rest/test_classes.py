"""Product classes are listed without an envelope, made, changed and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.outside import Outside, refusal

BOARDS = {"name": "Boards", "attributes": [{"name": "Wood"}, {"name": "Oil"}]}


def make_class(outside: Outside, store_id: int) -> int:
    """Add a class and return its id."""
    answer = outside.api(store_id, "/classes", method="POST", json=BOARDS)
    return int(answer.json()["id"])


def test_a_store_has_the_class_general(outside: Outside, store_id: int) -> None:
    general = {"id": 0, "name": "General", "attributes": []}

    assert outside.api(store_id, "/classes").json() == [general]
    assert outside.api(store_id, "/classes/0").json() == general


def test_a_class_of_its_own_comes_behind(outside: Outside, store_id: int) -> None:
    class_id = make_class(outside, store_id)

    names = [found["name"] for found in outside.api(store_id, "/classes").json()]
    assert names == ["General", "Boards"]
    assert outside.api(store_id, f"/classes/{class_id}").json()["id"] == class_id


def test_attributes_get_ids_and_keep_them(outside: Outside, store_id: int) -> None:
    path = f"/classes/{make_class(outside, store_id)}"
    wood, oil = outside.api(store_id, path).json()["attributes"]

    change = {"attributes": [oil, {"name": "Size"}]}
    outside.api(store_id, path, method="PUT", json=change)

    kept, size = outside.api(store_id, path).json()["attributes"]
    assert kept == oil
    assert len({wood["id"], oil["id"], size["id"]}) == 3


def test_changes_are_told(outside: Outside, store_id: int) -> None:
    events = [f"product_class.{what}" for what in ("created", "updated", "deleted")]
    outside.listen(store_id, *events)

    class_id = make_class(outside, store_id)
    path = f"/classes/{class_id}"
    changed = outside.api(store_id, path, method="PUT", json={"name": "Bowls"})
    deleted = outside.api(store_id, path, method="DELETE")

    assert (changed.json(), deleted.json()) == ({"updateCount": 1}, {"deleteCount": 1})
    assert outside.events(store_id) == [(event, class_id, {}) for event in events]


@pytest.mark.parametrize(
    "body",
    [{}, {"name": " "}, {"name": "Boards", "attributes": [{}]}, {"name": "B", "attributes": {}}],
    ids=["no-name", "empty-name", "nameless-attribute", "no-list"],
)
def test_a_wrong_class_is_refused(outside: Outside, store_id: int, body: dict[str, Any]) -> None:
    answer = outside.api(store_id, "/classes", method="POST", json=body)

    assert refusal(answer) == (400, "WRONG_PARAMETER")
    assert len(outside.api(store_id, "/classes").json()) == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_general_stays_as_it_is(outside: Outside, store_id: int, method: str) -> None:
    answer = outside.api(store_id, "/classes/0", method=method, json={"name": "Boards"})

    assert refusal(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("number", ["99", "9" * 30])
def test_a_class_that_is_not_there_is_named(
    outside: Outside, store_id: int, method: str, number: str
) -> None:
    answer = outside.api(store_id, f"/classes/{number}", method=method, json={"name": "Boards"})

    assert answer.status_code == 404
    assert answer.json()["errorMessage"] == f"Product class #{number} not found"
