"""Tests for copies of a store."""

from __future__ import annotations

import pytest

from tests.sandbox.client import SandboxClient


def test_a_copy_has_all_records_and_a_token_of_its_own(sandbox: SandboxClient) -> None:
    original_id = sandbox.make_store(products=4, orders=3, customers=2, coupons=2)
    original = sandbox.admin("GET", f"/stores/{original_id}").json()

    answer = sandbox.admin("POST", f"/stores/{original_id}/copies", {"count": 3})

    made = answer.json()["stores"]
    assert answer.status_code == 201
    assert len({store["token"] for store in made}) == len({s["store_id"] for s in made}) == 3
    for store in made:
        copy = sandbox.admin("GET", f"/stores/{store['store_id']}").json()
        counts = ("products", "orders", "customers", "coupons", "plan", "features")
        assert [copy[name] for name in counts] == [original[name] for name in counts]
        assert copy["installed"]
        assert copy["url"] != original["url"]
        listed = sandbox.list_items(store["store_id"], token=store["token"])
        assert len(listed) == 4
        assert all(item["url"].startswith(copy["url"]) for item in listed)


def test_a_copy_changes_independently(sandbox: SandboxClient) -> None:
    original_id = sandbox.make_store(products=2)
    made = sandbox.admin("POST", f"/stores/{original_id}/copies", {"count": 1}).json()["stores"]
    copy_id = made[0]["store_id"]
    before = sandbox.admin("GET", f"/stores/{original_id}/snapshot").json()["products"]

    sandbox.admin("PATCH", f"/stores/{copy_id}/products/{before[0]['id']}", {"price": 99.5})
    added = sandbox.make_product(copy_id)

    assert sandbox.admin("GET", f"/stores/{original_id}/snapshot").json()["products"] == before
    changed = sandbox.admin("GET", f"/stores/{copy_id}/snapshot").json()["products"]
    assert changed[0]["price"] == 99.5
    assert added not in {product["id"] for product in before}


def test_the_statistics_of_a_quiet_copy_report_no_recent_change(sandbox: SandboxClient) -> None:
    original_id = sandbox.make_store(products=1)
    sandbox.connect(original_id)
    today = sandbox.api(original_id, "/latest-stats").json()
    wanted = {"count": 1, "quiet_s": 40 * 24 * 3600}

    made = sandbox.admin("POST", f"/stores/{original_id}/copies", wanted).json()["stores"][0]

    stats = sandbox.api(made["store_id"], "/latest-stats", token=made["token"]).json()
    assert stats.keys() == today.keys()
    assert all(stats[name][:7] < today[name][:7] for name in stats)


def test_a_token_of_a_copy_is_refused_for_another_store(sandbox: SandboxClient) -> None:
    original_id = sandbox.make_store()
    made = sandbox.admin("POST", f"/stores/{original_id}/copies", {"count": 1}).json()["stores"]

    assert sandbox.api(original_id, "/profile", token=made[0]["token"]).status_code == 403


@pytest.mark.parametrize("count", [0, 10_001, "many", None])
def test_the_number_of_copies_is_limited(
    sandbox: SandboxClient, store_id: int, count: object
) -> None:
    answer = sandbox.admin("POST", f"/stores/{store_id}/copies", {"count": count})

    assert answer.status_code == 400
    assert "count is a whole number from 1 to 10,000" in answer.json()["error"]


def test_an_unknown_store_cannot_be_copied(sandbox: SandboxClient) -> None:
    assert sandbox.admin("POST", "/stores/9/copies", {"count": 1}).status_code == 404
