"""Drains of stores whose events came together are woken together."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from portal.jobs import DRAIN_EVENTS, wake_many
from portal.services.background.drain_waker import MIN_INTERVAL_S, DrainWaker
from portal.services.runtime import open_redis


@pytest.fixture
def waker(redis: Redis) -> Iterator[DrainWaker]:
    """Waker whose thread has ended before the connection is closed."""
    opened = DrainWaker(redis)
    yield opened
    opened.flush()


def woken(redis: Redis) -> list[int]:
    queue = Queue(DRAIN_EVENTS.queue, connection=redis, serializer=JSONSerializer)
    return sorted(job.args[0] for job in queue.jobs)


def wait_until_woken(redis: Redis, stores: list[int]) -> None:
    deadline = time.monotonic() + 10
    while woken(redis) != stores and time.monotonic() < deadline:
        time.sleep(0.01)
    assert woken(redis) == stores


def test_each_store_is_woken_once(redis: Redis, waker: DrainWaker) -> None:
    for store_id in (1003, 2002, 1003, 1003):
        waker.wake(store_id)

    waker.flush()

    assert woken(redis) == [1003, 2002]


def test_wake_up_is_sent_within_a_moment(redis: Redis, waker: DrainWaker) -> None:
    waker.wake(1003)

    wait_until_woken(redis, [1003])


def test_event_after_the_wake_up_wakes_the_store_again(redis: Redis, waker: DrainWaker) -> None:
    waker.wake(1003)
    waker.flush()
    redis.flushall()

    waker.wake(1003)
    waker.flush()

    assert woken(redis) == [1003]


def test_recently_woken_store_pauses_and_is_woken_later(redis: Redis, waker: DrainWaker) -> None:
    waker.wake(1003)
    wait_until_woken(redis, [1003])
    woken_s = time.monotonic()
    redis.flushall()

    waker.wake(1003)
    waker.wake(2002)

    wait_until_woken(redis, [2002])
    wait_until_woken(redis, [1003, 2002])
    assert time.monotonic() - woken_s > MIN_INTERVAL_S - 0.1


def test_full_queue_is_left_to_the_sweep(
    redis: Redis, waker: DrainWaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.jobs.QUEUE_DEPTH", 2)
    wake_many(redis, DRAIN_EVENTS, [(1003,), (1004,)])

    waker.wake(2002)
    waker.flush()

    assert woken(redis) == [1003, 1004]


def test_unavailable_redis_is_no_error() -> None:
    waker = DrainWaker(open_redis("unix:///nowhere/valkey.sock"))

    waker.wake(1003)
    waker.flush()
