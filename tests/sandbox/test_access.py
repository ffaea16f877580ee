"""Calls are let in and refused in Ecwid's words: store, token, plan, scope, quota."""

from __future__ import annotations

import time

import pytest
import requests

from tests.sandbox.conftest import Turn
from tests.sandbox.outside import Outside


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Return status and error code of a refused call."""
    return answer.status_code, answer.json()["errorCode"]


def test_an_unknown_store_is_named_before_the_token_is_looked_at(outside: Outside) -> None:
    answer = outside.api(424242, "/profile", token=None)

    assert answer.status_code == 404
    assert answer.json() == {"errorCode": "STORE_NOT_FOUND", "errorMessage": "Store not found"}


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_a_store_number_out_of_range_is_an_unknown_store(outside: Outside, number: str) -> None:
    answer = outside.call("GET", f"/api/v3/{number}/profile")

    assert refusal(answer) == (404, "STORE_NOT_FOUND")


@pytest.mark.parametrize("token", [None, "", "secret_invented"])
def test_a_dead_token_gets_a_403_without_a_body(
    outside: Outside, store_id: int, token: str | None
) -> None:
    answer = outside.api(store_id, "/products", token=token)

    assert (answer.status_code, answer.content) == (403, b"")
    assert answer.headers["Content-Length"] == "0"


def test_a_token_of_another_store_is_dead_here(outside: Outside, store_id: int) -> None:
    foreign = outside.connect(outside.make_store())

    assert outside.api(store_id, "/profile", token=foreign).status_code == 403


def test_a_dead_token_may_be_told_in_words(outside: Outside, store_id: int, turn: Turn) -> None:
    turn(forbidden_body="on")

    answer = outside.api(store_id, "/profile", token="secret_invented")

    assert refusal(answer) == (403, "INVALID_API_TOKEN")


def test_uninstalling_ends_the_token(outside: Outside, store_id: int) -> None:
    assert outside.api(store_id, "/profile").status_code == 200

    outside.control("POST", f"/stores/{store_id}/uninstall")

    assert outside.api(store_id, "/profile").status_code == 403


def test_a_token_in_the_query_is_read_only_behind_the_switch(outside: Outside, turn: Turn) -> None:
    store_id = outside.make_store()
    token = outside.connect(store_id)
    path = f"/api/v3/{store_id}/profile"

    refused = outside.call("GET", path, params={"token": token})
    turn(legacy_query_token="on")
    served = outside.call("GET", path, params={"token": token})

    assert (refused.status_code, served.status_code) == (403, 200)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/products", "read_catalog"),
        ("GET", "/products/1", "read_catalog"),
        ("GET", "/products/1/combinations", "read_catalog"),
        ("GET", "/products/deleted", "read_catalog"),
        ("GET", "/categories", "read_catalog"),
        ("POST", "/products", "create_catalog"),
        ("PUT", "/products/1", "update_catalog"),
        ("DELETE", "/products/1", "update_catalog"),
        ("PUT", "/products/1/inventory", "update_catalog"),
        ("POST", "/categories", "create_catalog"),
        ("DELETE", "/categories/1", "update_catalog"),
    ],
)
def test_a_missing_scope_is_named(outside: Outside, method: str, path: str, scope: str) -> None:
    store_id = outside.make_store()
    outside.connect(store_id, ("read_store_profile",))

    answer = outside.api(store_id, path, method=method, json={})

    assert refusal(answer) == (403, "INSUFFICIENT_APP_SCOPE")
    assert scope in answer.json()["errorMessage"]


def test_a_scope_can_be_taken_away_and_given_back(outside: Outside, store_id: int) -> None:
    outside.control("PATCH", f"/stores/{store_id}", {"scopes": ["read_catalog"]})
    without = outside.api(store_id, "/profile")

    outside.control("PATCH", f"/stores/{store_id}", {"scopes": ["read_store_profile"]})

    assert refusal(without) == (403, "INSUFFICIENT_APP_SCOPE")
    assert outside.api(store_id, "/profile").status_code == 200


def test_a_free_store_shows_its_profile_and_nothing_more(outside: Outside) -> None:
    store_id = outside.make_store(plan="Free")
    outside.connect(store_id)

    profile, products = outside.api(store_id, "/profile"), outside.api(store_id, "/products")

    assert "API" not in profile.json()["account"]["availableFeatures"]
    assert profile.json()["account"]["paid"] is False
    assert refusal(products) == (402, "NOT_AVAILABLE_ON_CURRENT_PLAN")
    assert products.json()["errorMessage"] == "Please upgrade your account to access API"


def test_a_free_store_may_show_nothing_at_all(outside: Outside, turn: Turn) -> None:
    turn(free_plan="402")
    store_id = outside.make_store(plan="Free")
    outside.connect(store_id)

    answer = outside.api(store_id, "/profile")

    assert refusal(answer) == (402, "NOT_AVAILABLE_ON_CURRENT_PLAN")


@pytest.mark.parametrize("path", ["/profile", "/products"])
def test_a_suspended_store_is_a_402(outside: Outside, store_id: int, path: str) -> None:
    outside.control("PATCH", f"/stores/{store_id}", {"suspended": True})

    answer = outside.api(store_id, path)

    assert refusal(answer) == (402, "STORE_IS_SUSPENDED")


def test_beyond_the_quota_calls_wait_as_long_as_they_are_told(
    outside: Outside, store_id: int, turn: Turn
) -> None:
    turn(quota_per_minute="3")

    answers = [outside.api(store_id, "/profile") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert refusal(answers[-1]) == (429, "RATE_LIMITED")
    assert 55 <= int(answers[-1].headers["Retry-After"]) <= 61


def test_the_quota_is_each_tokens_own(outside: Outside, store_id: int, turn: Turn) -> None:
    other = outside.make_store()
    outside.connect(other)
    turn(quota_per_minute="1")

    answers = [outside.api(number, "/profile") for number in (store_id, store_id, other)]

    assert [answer.status_code for answer in answers] == [200, 429, 200]


def test_without_a_quota_nobody_waits(outside: Outside, store_id: int, turn: Turn) -> None:
    turn(quota_per_minute="1")
    outside.api(store_id, "/profile")

    turn(quota_per_minute="0")

    assert outside.api(store_id, "/profile").status_code == 200


def test_a_fault_is_played_so_often_on_its_path_and_then_over(
    outside: Outside, store_id: int
) -> None:
    fault = {
        "path_prefix": "/products",
        "status": 503,
        "body": '{"errorCode":"BUSY"}',
        "times": 2,
        "headers": {"Retry-After": "7"},
    }

    outside.control("POST", "/faults", fault)

    assert outside.api(store_id, "/profile").status_code == 200
    broken = [outside.api(store_id, "/products") for _ in range(2)]
    assert [(answer.status_code, answer.text) for answer in broken] == [(503, fault["body"])] * 2
    assert broken[0].headers["Retry-After"] == "7"
    assert outside.api(store_id, "/products").status_code == 200


def test_a_fault_can_delay_the_true_answer(outside: Outside, store_id: int) -> None:
    outside.control("POST", "/faults", {"path_prefix": "/", "status": 0, "delay_s": 0.2})

    began = time.monotonic()
    answer = outside.api(store_id, "/profile")

    assert answer.status_code == 200
    assert time.monotonic() - began >= 0.2


def test_forgetting_calls_forgets_what_they_used(
    outside: Outside, store_id: int, turn: Turn
) -> None:
    turn(quota_per_minute="1")
    used = [outside.api(store_id, "/profile").status_code for _ in range(2)]

    outside.control("DELETE", "/requests")

    assert used == [200, 429]
    assert outside.api(store_id, "/profile").status_code == 200


def test_forgetting_calls_forgets_faults(outside: Outside, store_id: int) -> None:
    outside.control("POST", "/faults", {"path_prefix": "/", "status": 500, "times": 99})

    outside.control("DELETE", "/requests")

    assert outside.api(store_id, "/profile").status_code == 200


@pytest.mark.parametrize(
    ("switch", "quota", "refused_until"),
    [("dead_token_quota", "3", "the token"), ("dead_token_total", "3", "every dead token")],
)
def test_who_goes_on_with_a_dead_token_is_shut_out_much_longer(
    outside: Outside, store_id: int, turn: Turn, switch: str, quota: str, refused_until: str
) -> None:
    outside.control("DELETE", "/requests")
    turn(**{"dead_token_quota": "0", "dead_token_total": "0", switch: quota})
    dead = f"secret_dead_by_{switch}"

    answers = [outside.api(store_id, "/profile", token=dead) for _ in range(5)]
    another = outside.api(store_id, "/profile", token=f"{dead}_too")

    assert [answer.status_code for answer in answers] == [403, 403, 403, 429, 429]
    assert refusal(answers[-1]) == (429, "RATE_LIMITED")
    assert 590 <= int(answers[-1].headers["Retry-After"]) <= 600
    assert another.status_code == (403 if refused_until == "the token" else 429)
    assert outside.api(store_id, "/profile").status_code == 200


def test_twenty_calls_with_a_dead_token_are_the_usual_limit(
    outside: Outside, store_id: int
) -> None:
    outside.control("DELETE", "/requests")

    answers = [outside.api(store_id, "/profile", token="secret_twenty") for _ in range(21)]

    assert [answer.status_code for answer in answers] == [*[403] * 20, 429]


def test_latency_slows_every_answer(outside: Outside, store_id: int, turn: Turn) -> None:
    turn(latency_ms="120")

    began = time.monotonic()
    outside.api(store_id, "/profile")

    assert time.monotonic() - began >= 0.12


def test_an_error_rate_of_one_breaks_every_call(
    outside: Outside, store_id: int, turn: Turn
) -> None:
    turn(error_rate="1")

    answer = outside.api(store_id, "/profile")

    assert refusal(answer) == (500, "INTERNAL_ERROR")


def test_calls_are_counted_by_store_and_path(outside: Outside, store_id: int) -> None:
    outside.control("DELETE", "/requests")

    for path in ("/profile", "/products", "/products"):
        outside.api(store_id, path)

    assert outside.control("GET", "/requests").json() == [
        {"store_id": store_id, "call": "GET /products", "count": 2},
        {"store_id": store_id, "call": "GET /profile", "count": 1},
    ]
