"""Tests for scripted and random faults, before and after the execution of a call."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portal.sandbox.faults import AFTER, BEFORE, RATES, Fault
from portal.sandbox.server import THREADS
from tests.sandbox.client import SandboxClient, wait_for
from tests.sandbox.conftest import SetSwitches

NO_RESPONSE = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
KINDS = (*BEFORE, *AFTER)


@pytest.fixture(autouse=True)
def clear_faults(sandbox: SandboxClient) -> Iterator[None]:
    """Clear the faults after each test."""
    yield
    sandbox.admin("DELETE", "/requests")


def script(sandbox: SandboxClient, **fault: object) -> None:
    """Script a fault for the next call to the products."""
    answer = sandbox.admin("POST", "/faults", {"path_prefix": "/products", **fault})
    assert answer.status_code == 201, answer.text


def create(sandbox: SandboxClient, store_id: int) -> requests.Response:
    """Create a product by the REST API."""
    return sandbox.api(store_id, "/products", method="POST", json={"name": "Oak board"})


def count(sandbox: SandboxClient, store_id: int) -> int:
    """Return the number of products from the admin API, which has no faults."""
    return int(sandbox.admin("GET", f"/stores/{store_id}").json()["products"])


@pytest.mark.parametrize(
    ("kind", "is_executed"),
    [("timeout", False), ("timeout_after", True), ("reset", False), ("reset_after", True)],
)
def test_a_call_without_a_response_may_have_been_executed(
    sandbox: SandboxClient, store_id: int, kind: str, is_executed: bool
) -> None:
    script(sandbox, kind=kind, delay_s=0.1)

    with pytest.raises(NO_RESPONSE):
        create(sandbox, store_id)

    assert count(sandbox, store_id) == is_executed
    assert create(sandbox, store_id).status_code == 200


@pytest.mark.parametrize(("kind", "is_executed"), [("error", False), ("error_after", True)])
def test_an_error_may_come_before_or_after_the_write(
    sandbox: SandboxClient, store_id: int, kind: str, is_executed: bool
) -> None:
    script(sandbox, kind=kind, status=503, body='{"errorCode":"BUSY"}')

    answer = create(sandbox, store_id)

    assert (answer.status_code, answer.json()["errorCode"]) == (503, "BUSY")
    assert count(sandbox, store_id) == is_executed


def test_an_error_after_the_write_is_a_500_by_default(
    sandbox: SandboxClient, store_id: int
) -> None:
    script(sandbox, kind="error_after")

    answer = create(sandbox, store_id)

    assert (answer.status_code, answer.json()["errorCode"]) == (500, "INTERNAL_ERROR")


def test_a_timeout_keeps_the_caller_waiting(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(timeout_s="0.6")
    script(sandbox, kind="timeout_after")
    began = time.monotonic()

    with pytest.raises(NO_RESPONSE):
        create(sandbox, store_id)

    assert 0.6 <= time.monotonic() - began < 3


def test_a_delayed_response_is_the_normal_one(sandbox: SandboxClient, store_id: int) -> None:
    script(sandbox, kind="delay", delay_s=0.3)
    began = time.monotonic()

    answer = create(sandbox, store_id)

    assert answer.status_code == 200
    assert time.monotonic() - began >= 0.3


def test_a_truncated_response_has_a_matching_content_length(
    sandbox: SandboxClient, store_id: int
) -> None:
    script(sandbox, kind="truncated", times=2)

    answer = sandbox.api(store_id, "/products")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_cut_response_ends_in_mid_body(sandbox: SandboxClient, store_id: int) -> None:
    script(sandbox, kind="cut")

    with pytest.raises(NO_RESPONSE, match=r"IncompleteRead|Connection broken"):
        sandbox.api(store_id, "/products")


def test_an_html_page_can_replace_the_json(sandbox: SandboxClient, store_id: int) -> None:
    script(sandbox, kind="wrong_type")

    answer = sandbox.api(store_id, "/products")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("delay_s", [0, 0.4])
def test_a_slow_body_arrives_completely(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches, delay_s: float
) -> None:
    set_switches(slow_body_s="0.4")
    script(sandbox, kind="slow_body", delay_s=delay_s)
    began = time.monotonic()

    answer = sandbox.api(store_id, "/products")

    assert answer.json()["items"] == []
    assert 0.3 < time.monotonic() - began < 3


def test_a_reset_closes_the_connection_with_a_tcp_reset(
    sandbox: SandboxClient, store_id: int
) -> None:
    script(sandbox, kind="reset")

    with pytest.raises(requests.ConnectionError, match="Connection reset by peer"):
        sandbox.api(store_id, "/products")


def test_a_fault_applies_only_to_its_method(sandbox: SandboxClient, store_id: int) -> None:
    script(sandbox, method="POST", status=503)

    assert sandbox.api(store_id, "/products").status_code == 200
    assert create(sandbox, store_id).status_code == 503


@pytest.mark.parametrize(("kind", "status"), [("timeout", 504), ("reset_after", 502), ("cut", 502)])
def test_connection_faults_become_errors_inside_a_batch(
    sandbox: SandboxClient, store_id: int, kind: str, status: int
) -> None:
    script(sandbox, kind=kind)
    calls = [{"id": "a", "path": "/products"}]
    ticket = sandbox.api(store_id, "/batch", method="POST", json=calls).json()["ticket"]

    def answers() -> list[dict[str, object]]:
        batch = sandbox.api(store_id, "/batch", ticket=ticket).json()
        return list(batch["responses"]) if batch["status"] == "COMPLETED" else []

    [answer] = wait_for(answers)
    assert (answer["status"], answer["httpStatusCode"]) == ("FAILED", status)


def test_held_calls_do_not_occupy_threads(sandbox: SandboxClient, store_id: int) -> None:
    script(sandbox, kind="timeout", delay_s=30, times=THREADS + 4)
    path = f"{sandbox.url}/api/v3/{store_id}/products"

    def give_up(_: int) -> str:
        with pytest.raises(requests.RequestException) as caught:
            requests.get(path, timeout=1.5)
        return type(caught.value).__name__

    with ThreadPoolExecutor(THREADS + 4) as pool:
        outcomes = pool.map(give_up, range(THREADS + 4))
        wait_for(lambda: not sandbox.parts.access.faults.scripted)
        began = time.monotonic()
        assert sandbox.api(store_id, "/profile").status_code == 200
        waited_s = time.monotonic() - began
        assert set(outcomes) == {"ReadTimeout"}
    assert waited_s < 1


def test_latency_does_not_serialize_callers(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(latency_ms="50")
    clients, calls = 8, 5

    def call(_: int) -> None:
        for _ in range(calls):
            assert sandbox.api(store_id, "/profile").status_code == 200

    began = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(call, range(clients)))

    assert 0.05 * calls <= time.monotonic() - began < 0.05 * calls * clients / 2


def test_jitter_adds_a_random_delay(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    set_switches(latency_jitter_ms="200")

    def took_s() -> float:
        began = time.monotonic()
        sandbox.api(store_id, "/profile")
        return time.monotonic() - began

    times = [took_s() for _ in range(8)]

    assert max(times) - min(times) > 0.03
    assert max(times) < 1


def test_the_seed_determines_which_calls_fail(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    def statuses(seed: str) -> list[int]:
        set_switches(error_rate="0.5", seed=seed)
        return [sandbox.api(store_id, "/profile").status_code for _ in range(40)]

    first, again, other = statuses("7"), statuses("7"), statuses("8")

    assert first == again != other
    assert 8 <= first.count(500) <= 32


@pytest.mark.parametrize(
    ("rate", "status", "code"),
    [
        ("throttle_rate", 429, "RATE_LIMITED"),
        ("error_rate", 500, "INTERNAL_ERROR"),
        ("error_after_rate", 500, "INTERNAL_ERROR"),
    ],
)
def test_a_rate_of_one_fails_every_call_with_an_error(
    sandbox: SandboxClient,
    store_id: int,
    set_switches: SetSwitches,
    rate: str,
    status: int,
    code: str,
) -> None:
    set_switches(**{rate: "1"})

    answer = sandbox.api(store_id, "/profile")

    assert (answer.status_code, answer.json()["errorCode"]) == (status, code)


@pytest.mark.parametrize(
    "rate", ["timeout_rate", "timeout_after_rate", "reset_rate", "reset_after_rate", "cut_rate"]
)
def test_a_rate_of_one_leaves_every_call_without_a_response(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches, rate: str
) -> None:
    set_switches(**{rate: "1", "timeout_s": "0.1"})

    with pytest.raises(NO_RESPONSE):
        sandbox.api(store_id, "/profile")


@pytest.mark.parametrize("rate", ["truncated_rate", "wrong_type_rate"])
def test_a_rate_of_one_makes_every_response_unreadable(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches, rate: str
) -> None:
    set_switches(**{rate: "1"})

    with pytest.raises(requests.JSONDecodeError):
        sandbox.api(store_id, "/profile").json()


def test_every_rate_has_a_kind_of_fault() -> None:
    kinds = {rate.removesuffix("_rate") for rate in RATES}

    assert kinds - {"throttle"} == set(KINDS) - {"delay"}


@pytest.mark.parametrize(("wait_s", "retry_after"), [("7", "7"), ("0", None)])
def test_the_switch_sets_or_omits_retry_after(
    sandbox: SandboxClient,
    store_id: int,
    set_switches: SetSwitches,
    wait_s: str,
    retry_after: str | None,
) -> None:
    set_switches(throttle_rate="1", throttle_wait_s=wait_s)

    answer = sandbox.api(store_id, "/profile")

    assert answer.status_code == 429
    assert answer.headers.get("Retry-After") == retry_after


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "unknown"}, {"kind": None}, {"method": 5}, {"kind": "timeout", "delay_s": 601}],
)
def test_an_invalid_fault_is_rejected(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"is one of|is wrong"):
        Fault("/products", **wrong)  # type: ignore[arg-type]
