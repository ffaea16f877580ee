"""Calls break as scripted or by chance, before or after they are done, and chance can be seeded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portal.sandbox.faults import AFTER, BEFORE, RATES, Fault
from portal.sandbox.server import THREADS
from tests.sandbox.conftest import Turn
from tests.sandbox.outside import Outside, wait_for

UNANSWERED = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
KINDS = (*BEFORE, *AFTER)


@pytest.fixture(autouse=True)
def no_faults_left(outside: Outside) -> Iterator[None]:
    """Each test begins without faults of the former one."""
    yield
    outside.control("DELETE", "/requests")


def script(outside: Outside, **fault: object) -> None:
    """Have the next call of the products befallen."""
    answer = outside.control("POST", "/faults", {"path_prefix": "/products", **fault})
    assert answer.status_code == 201, answer.text


def create(outside: Outside, store_id: int) -> requests.Response:
    """Create a product."""
    return outside.api(store_id, "/products", method="POST", json={"name": "Oak board"})


def count(outside: Outside, store_id: int) -> int:
    """Return how many products there are, whatever befell the calls."""
    return int(outside.control("GET", f"/stores/{store_id}").json()["products"])


@pytest.mark.parametrize(
    ("kind", "is_done"),
    [("timeout", False), ("timeout_after", True), ("reset", False), ("reset_after", True)],
)
def test_a_call_without_an_answer_may_be_done_all_the_same(
    outside: Outside, store_id: int, kind: str, is_done: bool
) -> None:
    script(outside, kind=kind, delay_s=0.1)

    with pytest.raises(UNANSWERED):
        create(outside, store_id)

    assert count(outside, store_id) == is_done
    assert create(outside, store_id).status_code == 200


@pytest.mark.parametrize(("kind", "is_done"), [("error", False), ("error_after", True)])
def test_an_error_may_come_before_or_after_the_write(
    outside: Outside, store_id: int, kind: str, is_done: bool
) -> None:
    script(outside, kind=kind, status=503, body='{"errorCode":"BUSY"}')

    answer = create(outside, store_id)

    assert (answer.status_code, answer.json()["errorCode"]) == (503, "BUSY")
    assert count(outside, store_id) == is_done


def test_an_error_after_the_write_says_500_unless_told_otherwise(
    outside: Outside, store_id: int
) -> None:
    script(outside, kind="error_after")

    answer = create(outside, store_id)

    assert (answer.status_code, answer.json()["errorCode"]) == (500, "INTERNAL_ERROR")


def test_a_timeout_keeps_the_caller_waiting(outside: Outside, store_id: int, turn: Turn) -> None:
    turn(timeout_s="0.6")
    script(outside, kind="timeout_after")
    began = time.monotonic()

    with pytest.raises(UNANSWERED):
        create(outside, store_id)

    assert 0.6 <= time.monotonic() - began < 3


def test_a_late_answer_is_the_true_one(outside: Outside, store_id: int) -> None:
    script(outside, kind="late", delay_s=0.3)
    began = time.monotonic()

    answer = create(outside, store_id)

    assert answer.status_code == 200
    assert time.monotonic() - began >= 0.3


def test_half_the_json_may_come_as_if_it_were_all(outside: Outside, store_id: int) -> None:
    script(outside, kind="truncated", times=2)

    answer = outside.api(store_id, "/products")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_the_connection_may_end_in_mid_body(outside: Outside, store_id: int) -> None:
    script(outside, kind="cut")

    with pytest.raises(UNANSWERED, match=r"IncompleteRead|Connection broken"):
        outside.api(store_id, "/products")


def test_a_web_page_may_come_in_place_of_json(outside: Outside, store_id: int) -> None:
    script(outside, kind="wrong_type")

    answer = outside.api(store_id, "/products")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("delay_s", [0, 0.4])
def test_a_body_may_drip(outside: Outside, store_id: int, turn: Turn, delay_s: float) -> None:
    turn(slow_body_s="0.4")
    script(outside, kind="slow_body", delay_s=delay_s)
    began = time.monotonic()

    answer = outside.api(store_id, "/products")

    assert answer.json()["items"] == []
    assert 0.3 < time.monotonic() - began < 3


def test_a_reset_is_one_and_no_mere_end(outside: Outside, store_id: int) -> None:
    script(outside, kind="reset")

    with pytest.raises(requests.ConnectionError, match="Connection reset by peer"):
        outside.api(store_id, "/products")


def test_a_fault_befalls_its_method_alone(outside: Outside, store_id: int) -> None:
    script(outside, method="POST", status=503)

    assert outside.api(store_id, "/products").status_code == 200
    assert create(outside, store_id).status_code == 503


@pytest.mark.parametrize(("kind", "status"), [("timeout", 504), ("reset_after", 502), ("cut", 502)])
def test_a_call_of_a_batch_has_no_connection_to_break(
    outside: Outside, store_id: int, kind: str, status: int
) -> None:
    script(outside, kind=kind)
    calls = [{"id": "a", "path": "/products"}]
    ticket = outside.api(store_id, "/batch", method="POST", json=calls).json()["ticket"]

    def answers() -> list[dict[str, object]]:
        batch = outside.api(store_id, "/batch", ticket=ticket).json()
        return list(batch["responses"]) if batch["status"] == "COMPLETED" else []

    [answer] = wait_for(answers)
    assert (answer["status"], answer["httpStatusCode"]) == ("FAILED", status)


def test_held_calls_take_no_thread_from_the_others(outside: Outside, store_id: int) -> None:
    script(outside, kind="timeout", delay_s=30, times=THREADS + 4)
    path = f"{outside.url}/api/v3/{store_id}/products"

    def give_up(_: int) -> str:
        with pytest.raises(requests.RequestException) as caught:
            requests.get(path, timeout=1.5)
        return type(caught.value).__name__

    with ThreadPoolExecutor(THREADS + 4) as pool:
        outcomes = pool.map(give_up, range(THREADS + 4))
        wait_for(lambda: not outside.parts.access.faults.scripted)
        began = time.monotonic()
        assert outside.api(store_id, "/profile").status_code == 200
        waited_s = time.monotonic() - began
        assert set(outcomes) == {"ReadTimeout"}
    assert waited_s < 1


def test_latency_is_each_callers_own(outside: Outside, store_id: int, turn: Turn) -> None:
    turn(latency_ms="50")
    clients, calls = 8, 5

    def call(_: int) -> None:
        for _ in range(calls):
            assert outside.api(store_id, "/profile").status_code == 200

    began = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(call, range(clients)))

    assert 0.05 * calls <= time.monotonic() - began < 0.05 * calls * clients / 2


def test_jitter_is_added_by_chance(outside: Outside, store_id: int, turn: Turn) -> None:
    turn(latency_jitter_ms="200")

    def took_s() -> float:
        began = time.monotonic()
        outside.api(store_id, "/profile")
        return time.monotonic() - began

    times = [took_s() for _ in range(8)]

    assert max(times) - min(times) > 0.03
    assert max(times) < 1


def test_chance_breaks_as_many_calls_as_its_rate_and_the_same_after_the_same_seed(
    outside: Outside, store_id: int, turn: Turn
) -> None:
    def statuses(seed: str) -> list[int]:
        turn(error_rate="0.5", seed=seed)
        return [outside.api(store_id, "/profile").status_code for _ in range(40)]

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
def test_a_rate_of_one_breaks_every_call_in_words(
    outside: Outside, store_id: int, turn: Turn, rate: str, status: int, code: str
) -> None:
    turn(**{rate: "1"})

    answer = outside.api(store_id, "/profile")

    assert (answer.status_code, answer.json()["errorCode"]) == (status, code)


@pytest.mark.parametrize(
    "rate", ["timeout_rate", "timeout_after_rate", "reset_rate", "reset_after_rate", "cut_rate"]
)
def test_a_rate_of_one_leaves_every_call_without_an_answer(
    outside: Outside, store_id: int, turn: Turn, rate: str
) -> None:
    turn(**{rate: "1", "timeout_s": "0.1"})

    with pytest.raises(UNANSWERED):
        outside.api(store_id, "/profile")


@pytest.mark.parametrize("rate", ["truncated_rate", "wrong_type_rate"])
def test_a_rate_of_one_makes_every_answer_unreadable(
    outside: Outside, store_id: int, turn: Turn, rate: str
) -> None:
    turn(**{rate: "1"})

    with pytest.raises(requests.JSONDecodeError):
        outside.api(store_id, "/profile").json()


def test_every_rate_is_a_kind_of_fault() -> None:
    kinds = {rate.removesuffix("_rate") for rate in RATES}

    assert kinds - {"throttle"} == set(KINDS) - {"late"}


@pytest.mark.parametrize(("wait_s", "said"), [("7", "7"), ("0", None)])
def test_a_storm_of_429_says_how_long_to_wait_or_leaves_it_out(
    outside: Outside, store_id: int, turn: Turn, wait_s: str, said: str | None
) -> None:
    turn(throttle_rate="1", throttle_wait_s=wait_s)

    answer = outside.api(store_id, "/profile")

    assert answer.status_code == 429
    assert answer.headers.get("Retry-After") == said


@pytest.mark.parametrize(
    "wrong", [{"kind": "flood"}, {"kind": None}, {"method": 5}, {"kind": "timeout", "delay_s": 601}]
)
def test_a_fault_that_cannot_be_played_is_no_fault(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"is one of|is wrong"):
        Fault("/products", **wrong)  # type: ignore[arg-type]
