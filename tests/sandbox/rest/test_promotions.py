"""Tests for the endpoints of promotions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of

SPRING = {
    "name": "Spring",
    "discountBase": "SUBTOTAL",
    "discountType": "PERCENT",
    "amount": 10,
    "triggers": {"subtotal": 50, "startDate": "2026-11-29"},
}


def make_promotion(sandbox: SandboxClient, store_id: int, **fields: Any) -> int:
    """Create a promotion and return its id."""
    answer = sandbox.api(store_id, "/promotions", method="POST", json=SPRING | fields)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


def test_a_promotion_is_created_changed_and_deleted(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.subscribe(store_id, *(f"promotion.{c}" for c in ("created", "updated", "deleted")))
    promotion_id = make_promotion(sandbox, store_id)
    other = make_promotion(sandbox, store_id, name="Summer")
    path = f"/promotions/{promotion_id}"

    (spring, _) = sandbox.list_items(store_id, "/promotions")
    changed = sandbox.api(store_id, path, method="PUT", json={"amount": 5, "enabled": False})
    deleted = sandbox.api(store_id, f"/promotions/{other}", method="DELETE")

    assert spring["triggers"] == {"subtotal": 50, "startDate": "2026-11-29 00:00:00 +0000"}
    assert (changed.json(), deleted.json()) == ({"updateCount": 1}, {"deleteCount": 1})
    (kept,) = sandbox.list_items(store_id, "/promotions")
    assert (kept["id"], kept["name"], kept["amount"], kept["enabled"]) == (
        promotion_id,
        "Spring",
        5,
        False,
    )
    assert [(event, entity) for event, entity, _ in sandbox.events(store_id)] == [
        ("promotion.created", promotion_id),
        ("promotion.created", other),
        ("promotion.updated", promotion_id),
        ("promotion.deleted", other),
    ]


def test_the_list_has_pages(sandbox: SandboxClient, store_id: int) -> None:
    ids = [make_promotion(sandbox, store_id) for _ in range(3)]

    page = sandbox.api(store_id, "/promotions", offset=1, limit=1).json()

    assert (page["total"], page["count"], page["items"][0]["id"]) == (3, 1, ids[1])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": None}, "Promotion.name has a wrong value"),
        ({"discountType": "ABS"}, "Promotion.discountType has a wrong value"),
        ({"discountBase": "ON_TOTAL"}, "Promotion.discountBase has a wrong value"),
        ({"amount": -1}, "Promotion.amount has a wrong value"),
        ({"triggers": {"subtotal": "50"}}, "Promotion.triggers.subtotal has a wrong value"),
        ({"targets": {"products": ["1"]}}, "Promotion.targets.products has a wrong value"),
        ({"triggers": {"startDate": "soon"}}, "Wrong date: soon"),
        ({"triggers": {"recurring": True}}, "doesn't simulate triggers.recurring"),
        ({"targets": {"attributes": [{}]}}, "doesn't simulate targets.attributes"),
    ],
    ids=str,
)
def test_invalid_promotions_are_refused(
    sandbox: SandboxClient, store_id: int, fields: dict[str, Any], message: str
) -> None:
    answer = sandbox.api(store_id, "/promotions", method="POST", json=SPRING | fields)

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert message in answer.json()["errorMessage"]


def test_a_new_promotion_needs_its_fields(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.api(store_id, "/promotions", method="POST", json={"name": "Spring"})

    assert answer.json()["errorMessage"] == "Field Promotion.discountBase is absent"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_unknown_promotion_is_a_404(sandbox: SandboxClient, store_id: int, method: str) -> None:
    answer = sandbox.api(store_id, "/promotions/1", method=method, json={"amount": 1})

    assert error_of(answer) == (404, "PROMOTION_NOT_FOUND")
