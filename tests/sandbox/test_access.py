"""Tests for access checks: store, token, plan, scope and quota."""

from __future__ import annotations

import time

import pytest

from tests.sandbox.client import SandboxClient, error_of
from tests.sandbox.conftest import SetSwitches


def test_the_store_is_checked_before_the_token(sandbox: SandboxClient) -> None:
    answer = sandbox.api(424242, "/profile", token=None)

    assert answer.status_code == 404
    assert answer.json() == {"errorCode": "STORE_NOT_FOUND", "errorMessage": "Store not found"}


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_a_store_id_out_of_range_is_an_unknown_store(sandbox: SandboxClient, number: str) -> None:
    answer = sandbox.call("GET", f"/api/v3/{number}/profile")

    assert error_of(answer) == (404, "STORE_NOT_FOUND")


@pytest.mark.parametrize("token", [None, "", "secret_invented"])
def test_a_dead_token_gets_a_403_without_a_body(
    sandbox: SandboxClient, store_id: int, token: str | None
) -> None:
    answer = sandbox.api(store_id, "/products", token=token)

    assert (answer.status_code, answer.content) == (403, b"")
    assert answer.headers["Content-Length"] == "0"


def test_a_token_of_another_store_is_dead(sandbox: SandboxClient, store_id: int) -> None:
    foreign = sandbox.connect(sandbox.make_store())

    assert sandbox.api(store_id, "/profile", token=foreign).status_code == 403


def test_the_switch_adds_a_body_to_the_403(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(forbidden_body="on")

    answer = sandbox.api(store_id, "/profile", token="secret_invented")

    assert error_of(answer) == (403, "INVALID_API_TOKEN")


def test_uninstalling_revokes_the_token(sandbox: SandboxClient, store_id: int) -> None:
    assert sandbox.api(store_id, "/profile").status_code == 200

    sandbox.admin("POST", f"/stores/{store_id}/uninstall")

    assert sandbox.api(store_id, "/profile").status_code == 403


def test_a_token_in_the_query_needs_the_switch(
    sandbox: SandboxClient, set_switches: SetSwitches
) -> None:
    store_id = sandbox.make_store()
    token = sandbox.connect(store_id)
    path = f"/api/v3/{store_id}/profile"

    refused = sandbox.call("GET", path, params={"token": token})
    set_switches(legacy_query_token="on")
    served = sandbox.call("GET", path, params={"token": token})

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
def test_the_error_names_the_missing_scope(
    sandbox: SandboxClient, method: str, path: str, scope: str
) -> None:
    store_id = sandbox.make_store()
    sandbox.connect(store_id, ("read_store_profile",))

    answer = sandbox.api(store_id, path, method=method, json={})

    assert error_of(answer) == (403, "INSUFFICIENT_APP_SCOPE")
    assert scope in answer.json()["errorMessage"]


def test_a_scope_can_be_revoked_and_restored(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.admin("PATCH", f"/stores/{store_id}", {"scopes": ["read_catalog"]})
    without = sandbox.api(store_id, "/profile")

    sandbox.admin("PATCH", f"/stores/{store_id}", {"scopes": ["read_store_profile"]})

    assert error_of(without) == (403, "INSUFFICIENT_APP_SCOPE")
    assert sandbox.api(store_id, "/profile").status_code == 200


def test_a_free_store_serves_only_its_profile(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(plan="Free")
    sandbox.connect(store_id)

    profile, products = sandbox.api(store_id, "/profile"), sandbox.api(store_id, "/products")

    assert "API" not in profile.json()["account"]["availableFeatures"]
    assert profile.json()["account"]["paid"] is False
    assert error_of(products) == (402, "NOT_AVAILABLE_ON_CURRENT_PLAN")
    assert products.json()["errorMessage"] == "Please upgrade your account to access API"


def test_the_switch_makes_a_free_store_serve_nothing(
    sandbox: SandboxClient, set_switches: SetSwitches
) -> None:
    set_switches(free_plan="402")
    store_id = sandbox.make_store(plan="Free")
    sandbox.connect(store_id)

    answer = sandbox.api(store_id, "/profile")

    assert error_of(answer) == (402, "NOT_AVAILABLE_ON_CURRENT_PLAN")


@pytest.mark.parametrize("path", ["/profile", "/products"])
def test_a_suspended_store_is_a_402(sandbox: SandboxClient, store_id: int, path: str) -> None:
    sandbox.admin("PATCH", f"/stores/{store_id}", {"suspended": True})

    answer = sandbox.api(store_id, path)

    assert error_of(answer) == (402, "STORE_IS_SUSPENDED")


def test_a_call_over_the_quota_gets_a_429_with_retry_after(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(quota_per_minute="3")

    answers = [sandbox.api(store_id, "/profile") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert error_of(answers[-1]) == (429, "RATE_LIMITED")
    assert 55 <= int(answers[-1].headers["Retry-After"]) <= 61


def test_each_token_has_a_separate_quota(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    other = sandbox.make_store()
    sandbox.connect(other)
    set_switches(quota_per_minute="1")

    answers = [sandbox.api(number, "/profile") for number in (store_id, store_id, other)]

    assert [answer.status_code for answer in answers] == [200, 429, 200]


def test_a_quota_of_zero_allows_every_call(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(quota_per_minute="1")
    sandbox.api(store_id, "/profile")

    set_switches(quota_per_minute="0")

    assert sandbox.api(store_id, "/profile").status_code == 200


def test_a_fault_applies_to_its_path_for_the_given_number_of_calls(
    sandbox: SandboxClient, store_id: int
) -> None:
    fault = {
        "path_prefix": "/products",
        "status": 503,
        "body": '{"errorCode":"BUSY"}',
        "times": 2,
        "headers": {"Retry-After": "7"},
    }

    sandbox.admin("POST", "/faults", fault)

    assert sandbox.api(store_id, "/profile").status_code == 200
    broken = [sandbox.api(store_id, "/products") for _ in range(2)]
    assert [(answer.status_code, answer.text) for answer in broken] == [(503, fault["body"])] * 2
    assert broken[0].headers["Retry-After"] == "7"
    assert sandbox.api(store_id, "/products").status_code == 200


def test_a_fault_with_status_zero_delays_the_response(
    sandbox: SandboxClient, store_id: int
) -> None:
    sandbox.admin("POST", "/faults", {"path_prefix": "/", "status": 0, "delay_s": 0.2})

    began = time.monotonic()
    answer = sandbox.api(store_id, "/profile")

    assert answer.status_code == 200
    assert time.monotonic() - began >= 0.2


def test_a_reset_restores_the_quota(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(quota_per_minute="1")
    used = [sandbox.api(store_id, "/profile").status_code for _ in range(2)]

    sandbox.admin("DELETE", "/requests")

    assert used == [200, 429]
    assert sandbox.api(store_id, "/profile").status_code == 200


def test_a_reset_clears_scripted_faults(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.admin("POST", "/faults", {"path_prefix": "/", "status": 500, "times": 99})

    sandbox.admin("DELETE", "/requests")

    assert sandbox.api(store_id, "/profile").status_code == 200


@pytest.mark.parametrize(
    ("switch", "quota", "blocked"),
    [("dead_token_quota", "3", "token"), ("dead_token_total", "3", "address")],
)
def test_repeated_calls_with_a_dead_token_are_blocked(
    sandbox: SandboxClient,
    store_id: int,
    set_switches: SetSwitches,
    switch: str,
    quota: str,
    blocked: str,
) -> None:
    sandbox.admin("DELETE", "/requests")
    set_switches(**{"dead_token_quota": "0", "dead_token_total": "0", switch: quota})
    dead = f"secret_dead_by_{switch}"

    answers = [sandbox.api(store_id, "/profile", token=dead) for _ in range(5)]
    another = sandbox.api(store_id, "/profile", token=f"{dead}_too")

    assert [answer.status_code for answer in answers] == [403, 403, 403, 429, 429]
    assert error_of(answers[-1]) == (429, "RATE_LIMITED")
    assert 590 <= int(answers[-1].headers["Retry-After"]) <= 600
    assert another.status_code == (403 if blocked == "token" else 429)
    assert sandbox.api(store_id, "/profile").status_code == 200


def test_a_dead_token_is_blocked_after_twenty_calls_by_default(
    sandbox: SandboxClient, store_id: int
) -> None:
    sandbox.admin("DELETE", "/requests")

    answers = [sandbox.api(store_id, "/profile", token="secret_twenty") for _ in range(21)]

    assert [answer.status_code for answer in answers] == [*[403] * 20, 429]


def test_the_latency_switch_delays_every_response(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(latency_ms="120")

    began = time.monotonic()
    sandbox.api(store_id, "/profile")

    assert time.monotonic() - began >= 0.12


def test_an_error_rate_of_one_fails_every_call(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(error_rate="1")

    answer = sandbox.api(store_id, "/profile")

    assert error_of(answer) == (500, "INTERNAL_ERROR")


def test_calls_are_counted_by_store_and_path(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.admin("DELETE", "/requests")

    for path in ("/profile", "/products", "/products"):
        sandbox.api(store_id, path)

    assert sandbox.admin("GET", "/requests").json() == [
        {"store_id": store_id, "call": "GET /products", "count": 2},
        {"store_id": store_id, "call": "GET /profile", "count": 1},
    ]
