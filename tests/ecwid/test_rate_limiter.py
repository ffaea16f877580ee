"""All processes share a token's quota, people come first, and a 429 blocks everybody."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import requests_mock
from redis import Redis

from portal.ecwid import rate_limiter as module
from portal.ecwid.errors import EcwidRateLimitError
from portal.ecwid.rate_limiter import (
    RESERVE_DIVISOR,
    WINDOW_S,
    Priority,
    RateLimiter,
)
from portal.ecwid.transport import Transport, open_http

TOKEN = "secret_of_the_store"
API = "http://ecwid.invalid/api/v3"
pytestmark = pytest.mark.promise(8)


@pytest.fixture(autouse=True)
def short_max_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limit every wait to a moment."""
    monkeypatch.setattr(module, "MAX_WAIT_S", dict.fromkeys(Priority, 0.1))


def taken(limiter: RateLimiter, priority: Priority, token: str = TOKEN, tries: int = 100) -> int:
    """Return how many calls are allowed at once."""
    token_limiter = limiter.for_token(token, priority)
    count = 0
    while count < tries and token_limiter.acquire() == 0:
        count += 1
    return count


def test_quota_limits_the_number_of_calls(redis: Redis) -> None:
    assert taken(RateLimiter(redis, 12), Priority.INTERACTIVE) == 12


def test_background_reads_leave_a_reserve_for_others_who_call(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CREDIT_S", WINDOW_S + 1)
    per_minute = 2 * RESERVE_DIVISOR
    limiter = RateLimiter(redis, per_minute)

    assert taken(limiter, Priority.INTERACTIVE, tries=1) == 1
    assert taken(limiter, Priority.BACKGROUND, tries=per_minute) == per_minute - 3
    assert taken(limiter, Priority.INTERACTIVE) == 2


def test_quotes_leave_a_reserve_for_events_and_orders(redis: Redis) -> None:
    limiter = RateLimiter(redis, 20)

    assert taken(limiter, Priority.QUOTE) == 18
    wait_s = limiter.for_token(TOKEN, Priority.QUOTE).acquire()
    assert WINDOW_S - 5 < wait_s <= WINDOW_S
    assert taken(limiter, Priority.INTERACTIVE) == 2


def test_quotes_do_not_exceed_what_others_have_left(redis: Redis) -> None:
    limiter = RateLimiter(redis, 20)
    taken(limiter, Priority.INTERACTIVE, tries=15)

    assert taken(limiter, Priority.QUOTE) == 5
    assert taken(limiter, Priority.INTERACTIVE) == 0


def test_background_reads_use_the_whole_quota_while_nobody_else_calls(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CREDIT_S", WINDOW_S + 1)
    per_minute = 2 * RESERVE_DIVISOR

    assert taken(RateLimiter(redis, per_minute), Priority.BACKGROUND, tries=200) == per_minute


def test_background_reads_are_spread_over_the_window(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CREDIT_S", 0.0)
    limiter = RateLimiter(redis, 30)
    token_limiter = limiter.for_token(TOKEN, Priority.BACKGROUND)

    assert token_limiter.acquire() == 0
    # Redis answers in whole milliseconds, rounded up.
    assert WINDOW_S / 30 - 1 < token_limiter.acquire() <= WINDOW_S / 30 + 0.001
    assert taken(limiter, Priority.INTERACTIVE) == 29


def test_calls_of_a_process_give_up_behind_each_other(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_QUEUE_S", dict.fromkeys(Priority, 0.0))
    limiter = RateLimiter(redis, 600)
    token_limiter = limiter.for_token(TOKEN, Priority.BACKGROUND)

    with limiter.queue.first_in_line(f"{token_limiter.key}:background", 0):
        assert 0 < token_limiter.acquire() < 1
    assert token_limiter.acquire() == 0


def test_duration_of_calls_is_averaged_for_each_token(redis: Redis) -> None:
    limiter = RateLimiter(redis, 600)
    one, other = (limiter.for_token(token, Priority.BACKGROUND) for token in ("one", "other"))
    assert one.call_s is None

    one.record_call(1.0)
    one.record_call(0.0)

    assert one.call_s == pytest.approx(0.8)
    assert limiter.for_token("one", Priority.INTERACTIVE).call_s == one.call_s
    assert other.call_s is None
    assert one.calls_per_s == 10


def test_all_processes_share_one_quota(redis: Redis) -> None:
    governors = [RateLimiter(redis, 30) for _ in range(3)]
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda g=g: counts.append(taken(g, Priority.INTERACTIVE)))
        for g in governors
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 30


def test_each_token_has_its_own_quota(redis: Redis) -> None:
    limiter = RateLimiter(redis, 5)

    assert taken(limiter, Priority.INTERACTIVE, "one") == 5
    assert taken(limiter, Priority.INTERACTIVE, "other") == 5


@pytest.mark.promise(10)
def test_token_itself_is_not_stored(redis: Redis) -> None:
    limiter = RateLimiter(redis, 5)
    limiter.for_token(TOKEN, Priority.INTERACTIVE).block(5)
    taken(limiter, Priority.INTERACTIVE)

    kept = b" ".join(redis.keys())

    assert kept
    assert TOKEN.encode() not in kept
    assert TOKEN not in repr(limiter.for_token(TOKEN, Priority.INTERACTIVE))


def test_full_window_reports_the_remaining_wait(redis: Redis) -> None:
    limiter = RateLimiter(redis, 2)
    taken(limiter, Priority.INTERACTIVE)

    wait_s = limiter.for_token(TOKEN, Priority.INTERACTIVE).acquire()

    assert WINDOW_S - 5 < wait_s <= WINDOW_S


def test_call_waits_for_a_slot_that_becomes_free(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW_S", 1)
    monkeypatch.setattr(module, "MAX_WAIT_S", dict.fromkeys(Priority, 3.0))
    limiter = RateLimiter(redis, 2)
    token_limiter = limiter.for_token(TOKEN, Priority.INTERACTIVE)
    started = time.monotonic()

    waits = [token_limiter.acquire() for _ in range(3)]

    assert waits == [0, 0, 0]
    assert time.monotonic() - started > 0.8


def test_429_blocks_all_processes_for_the_requested_time(redis: Redis) -> None:
    RateLimiter(redis, 100).for_token(TOKEN, Priority.BACKGROUND).block(30)

    other = RateLimiter(redis, 100)

    assert 29 < other.for_token(TOKEN, Priority.INTERACTIVE).acquire() <= 30
    assert other.for_token("another token", Priority.INTERACTIVE).acquire() == 0


def test_process_uses_its_part_of_the_quota_without_redis(redis: Redis) -> None:
    with Redis.from_url("redis://127.0.0.1:1") as away:
        limiter = RateLimiter(away, 80)

        assert taken(limiter, Priority.BACKGROUND) == 10
        limiter.for_token("held", Priority.INTERACTIVE).block(30)
        assert limiter.for_token("held", Priority.INTERACTIVE).acquire() > 29


@pytest.fixture
def transport(redis: Redis) -> Iterator[Transport]:
    """Transport with a quota of one call."""
    with open_http() as http:
        token_limiter = RateLimiter(redis, 1).for_token(TOKEN, Priority.INTERACTIVE)
        yield Transport(http, API, 1003, TOKEN, token_limiter)


def test_call_beyond_the_quota_is_not_sent(transport: Transport) -> None:
    with requests_mock.Mocker() as ecwid:
        ecwid.get(f"{API}/1003/profile", json={})
        transport.get("/profile")

        with pytest.raises(EcwidRateLimitError) as raised:
            transport.get("/profile")

    assert ecwid.call_count == 1
    assert raised.value.retry_after_s > WINDOW_S - 5


def test_429_response_blocks_other_processes(transport: Transport, redis: Redis) -> None:
    with requests_mock.Mocker() as ecwid:
        ecwid.get(f"{API}/1003/profile", status_code=429, headers={"Retry-After": "7"})
        with pytest.raises(EcwidRateLimitError):
            transport.get("/profile")

    assert 6 < RateLimiter(redis, 100).for_token(TOKEN, Priority.INTERACTIVE).acquire() <= 7
