"""Token buckets are exact among all threads and processes, and go on without Redis."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis
from structlog.testing import capture_logs

from portal.rules.api_keys.token_bucket import Bucket, BucketLimit
from portal.services.api_keys import token_buckets
from portal.services.api_keys.token_buckets import TokenBuckets

# No further call becomes possible during a test.
LIMIT = BucketLimit(per_minute=1, burst=20)
KEY, STORE = Bucket("key", "7", LIMIT), Bucket("store", "7:1003", LIMIT)
AWAY = "redis://127.0.0.1:1"


def passed(buckets: TokenBuckets, *called: Bucket, tries: int = 30) -> int:
    """Return how many of some calls are let through."""
    states = [buckets.take(called) for _ in range(tries)]
    return sum(not any(each.is_empty for each in found) for found in states)


def test_exactly_the_burst_passes_when_many_threads_call_at_once(redis: Redis) -> None:
    processes = [TokenBuckets(redis) for _ in range(3)]

    with ThreadPoolExecutor(12) as pool:
        counts = list(pool.map(lambda n: passed(processes[n % 3], STORE, tries=10), range(12)))

    assert sum(counts) == LIMIT.burst


def test_each_bucket_is_on_its_own_and_a_refused_call_costs_none(redis: Redis) -> None:
    buckets = TokenBuckets(redis)
    small = Bucket("test-events", "test-events:1:2", BucketLimit(1, 5))

    assert passed(buckets, small, KEY) == 5
    assert passed(buckets, KEY) == 15
    assert passed(buckets, STORE) == 20


@pytest.mark.promise(11)
def test_call_costs_one_round_trip_and_a_number_for_each_bucket(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    buckets = TokenBuckets(redis)
    buckets.take([KEY, STORE])  # the first call of a server loads the script
    execute, sent = Redis.execute_command, list[str]()
    with monkeypatch.context() as watched:
        watched.setattr(
            Redis, "execute_command", lambda *args: sent.append(args[1]) or execute(*args)
        )
        buckets.take([KEY, STORE])

    assert sent == ["EVALSHA"]
    for key in ("portal:call-bucket:7", "portal:call-bucket:7:1003"):
        assert redis.get(key).isdigit()
        # Two calls of one minute each: it expires when it is full.
        assert 100 < redis.ttl(key) <= 120


def test_shared_bucket_counts_like_the_rule(redis: Redis) -> None:
    buckets = TokenBuckets(redis)

    states = [buckets.take([KEY])[0] for _ in range(22)]

    assert [state.remaining for state in states] == [*range(19, -1, -1), 0, 0]
    assert [state.is_empty for state in states] == [False] * 20 + [True] * 2
    assert all(0 < state.wait_s <= 60 for state in states)


def test_bucket_of_a_higher_limit_or_a_later_clock_is_only_empty(redis: Redis) -> None:
    redis.set("portal:call-bucket:7", "9" * 16)

    (state,) = TokenBuckets(redis).take([KEY])

    assert (state.is_empty, state.wait_s) == (True, 60)


def test_process_counts_in_memory_while_redis_is_away() -> None:
    with Redis.from_url(AWAY) as away, capture_logs() as logs:
        buckets = TokenBuckets(away)

        assert passed(buckets, KEY) == LIMIT.burst
        assert passed(buckets, KEY, STORE) == 0
        assert passed(buckets, STORE) == LIMIT.burst

    # It asks again only after some seconds.
    assert [entry["event"] for entry in logs] == ["call_limits.redis_unavailable"]


def test_process_returns_to_redis(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = redis.connection_pool
    buckets = TokenBuckets(redis)
    monkeypatch.setattr(token_buckets, "RETRY_S", 0.0)
    with monkeypatch.context() as lost:
        pool.disconnect()
        pool.reset()
        lost.setattr(pool, "connection_kwargs", pool.connection_kwargs | {"path": "/nowhere.sock"})
        assert passed(buckets, KEY) == LIMIT.burst
        pool.reset()

    assert passed(buckets, KEY, tries=1) == 1
    assert redis.exists("portal:call-bucket:7")


def test_full_buckets_leave_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_buckets, "LOCAL_BUCKETS", 10)
    quick = BucketLimit(per_minute=60_000_000, burst=1)
    with Redis.from_url(AWAY) as away:
        buckets = TokenBuckets(away)
        for number in range(100):
            buckets.take([Bucket("key", str(number), quick)])

    assert len(buckets._local) <= 10
