"""The quota of a token is shared by all, people go first, and a 429 is everybody's."""

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
    PACE_S,
    PACE_SHARE,
    PATIENCE_S,
    RESERVE_SHARE,
    WINDOW_S,
    Governor,
    Lane,
)
from portal.ecwid.transport import Transport, open_http

TOKEN = "secret_of_the_store"
API = "http://ecwid.invalid/api/v3"
pytestmark = pytest.mark.promise(8)


@pytest.fixture(autouse=True)
def in_no_mood_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait longer than a moment."""
    monkeypatch.setattr(module, "PATIENCE_S", dict.fromkeys(Lane, 0.1))


def taken(governor: Governor, lane: Lane, token: str = TOKEN, tries: int = 100) -> int:
    """Return how many calls are let through at once."""
    share = governor.share(token, lane)
    count = 0
    while count < tries and share.take() == 0:
        count += 1
    return count


def test_no_more_calls_than_the_quota_are_let_through(redis: Redis) -> None:
    assert taken(Governor(redis, 12), Lane.INTERACTIVE) == 12


def test_background_reading_leaves_a_reserve_that_others_may_use(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PACE_SHARE", 1)
    per_minute = 2 * RESERVE_SHARE
    governor = Governor(redis, per_minute)

    assert taken(governor, Lane.BACKGROUND, tries=per_minute) == per_minute - 2
    assert taken(governor, Lane.INTERACTIVE) == 2


def test_background_reading_is_spread_over_the_window(redis: Redis) -> None:
    governor = Governor(redis, 10 * PACE_SHARE)

    assert taken(governor, Lane.BACKGROUND) == 10
    assert taken(governor, Lane.INTERACTIVE) > 10


def test_the_patience_of_background_reading_outlasts_its_pace(redis: Redis) -> None:
    governor = Governor(redis, 10 * PACE_SHARE)
    assert taken(governor, Lane.BACKGROUND) == 10

    wait_s = governor.share(TOKEN, Lane.BACKGROUND).take()

    assert 0 < wait_s <= PACE_S
    # A nap may take a tenth longer than was asked for.
    assert PATIENCE_S[Lane.BACKGROUND] > PACE_S * 1.1


def test_all_processes_share_one_quota(redis: Redis) -> None:
    governors = [Governor(redis, 30) for _ in range(3)]
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda g=g: counts.append(taken(g, Lane.INTERACTIVE)))
        for g in governors
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 30


def test_each_token_has_its_own_quota(redis: Redis) -> None:
    governor = Governor(redis, 5)

    assert taken(governor, Lane.INTERACTIVE, "one") == 5
    assert taken(governor, Lane.INTERACTIVE, "other") == 5


@pytest.mark.promise(10)
def test_the_token_itself_is_kept_nowhere(redis: Redis) -> None:
    governor = Governor(redis, 5)
    governor.share(TOKEN, Lane.INTERACTIVE).hold(5)
    taken(governor, Lane.INTERACTIVE)

    kept = b" ".join(redis.keys())

    assert kept
    assert TOKEN.encode() not in kept
    assert TOKEN not in repr(governor.share(TOKEN, Lane.INTERACTIVE))


def test_a_full_window_tells_how_long_to_wait(redis: Redis) -> None:
    governor = Governor(redis, 2)
    taken(governor, Lane.INTERACTIVE)

    wait_s = governor.share(TOKEN, Lane.INTERACTIVE).take()

    assert WINDOW_S - 5 < wait_s <= WINDOW_S


def test_a_slot_that_becomes_free_is_waited_for(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW_S", 1)
    monkeypatch.setattr(module, "PATIENCE_S", dict.fromkeys(Lane, 3.0))
    governor = Governor(redis, 2)
    share = governor.share(TOKEN, Lane.INTERACTIVE)
    started = time.monotonic()

    waits = [share.take() for _ in range(3)]

    assert waits == [0, 0, 0]
    assert time.monotonic() - started > 0.8


def test_a_429_holds_everybody_back_for_as_long_as_asked(redis: Redis) -> None:
    Governor(redis, 100).share(TOKEN, Lane.BACKGROUND).hold(30)

    other = Governor(redis, 100)

    assert 29 < other.share(TOKEN, Lane.INTERACTIVE).take() <= 30
    assert other.share("another token", Lane.INTERACTIVE).take() == 0


def test_without_redis_a_process_keeps_to_its_part(redis: Redis) -> None:
    with Redis.from_url("redis://127.0.0.1:1") as away:
        governor = Governor(away, 80)

        assert taken(governor, Lane.BACKGROUND) == 10
        governor.share("held", Lane.INTERACTIVE).hold(30)
        assert governor.share("held", Lane.INTERACTIVE).take() > 29


@pytest.fixture
def transport(redis: Redis) -> Iterator[Transport]:
    """A transport whose quota is one call."""
    with open_http() as http:
        share = Governor(redis, 1).share(TOKEN, Lane.INTERACTIVE)
        yield Transport(http, API, 1003, TOKEN, share)


def test_a_call_beyond_the_quota_is_not_sent(transport: Transport) -> None:
    with requests_mock.Mocker() as ecwid:
        ecwid.get(f"{API}/1003/profile", json={})
        transport.get("/profile")

        with pytest.raises(EcwidRateLimitError) as raised:
            transport.get("/profile")

    assert ecwid.call_count == 1
    assert raised.value.retry_after_s > WINDOW_S - 5


def test_an_answer_of_429_is_told_to_everybody(transport: Transport, redis: Redis) -> None:
    with requests_mock.Mocker() as ecwid:
        ecwid.get(f"{API}/1003/profile", status_code=429, headers={"Retry-After": "7"})
        with pytest.raises(EcwidRateLimitError):
            transport.get("/profile")

    assert 6 < Governor(redis, 100).share(TOKEN, Lane.INTERACTIVE).take() <= 7
