"""A store that doesn't answer occupies one thread of a queue."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from redis import Redis

from portal.services.work import store_concurrency
from portal.services.work.store_concurrency import StoreConcurrency

STORE, OTHER_STORE = 1003, 1004


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no first answer."""
    monkeypatch.setattr(store_concurrency, "FIRST_ANSWER_S", 0.0)


@pytest.fixture
def ours(redis: Redis) -> StoreConcurrency:
    return StoreConcurrency(redis)


@pytest.fixture
def theirs(redis: Redis) -> StoreConcurrency:
    """The view of another process."""
    return StoreConcurrency(redis)


@pytest.mark.usefixtures("impatient")
def test_second_job_of_a_silent_store_may_not_begin(
    ours: StoreConcurrency, theirs: StoreConcurrency
) -> None:
    with ours.limited("sync", STORE) as first, theirs.limited("sync", STORE) as second:
        assert (first, second) == (True, False)
        with theirs.limited("sync", STORE) as third:
            assert not third

    with theirs.limited("sync", STORE) as later:
        assert later


def test_jobs_of_a_store_that_answers_run_side_by_side(
    ours: StoreConcurrency, theirs: StoreConcurrency
) -> None:
    theirs.record_answer(STORE)

    with ours.limited("sync", STORE) as first, theirs.limited("sync", STORE) as second:
        assert (first, second) == (True, True)


@pytest.mark.usefixtures("impatient")
def test_stores_and_queues_do_not_limit_each_other(ours: StoreConcurrency) -> None:
    with (
        ours.limited("sync", STORE),
        ours.limited("sync", OTHER_STORE) as other_store,
        ours.limited("orders", STORE) as other_queue,
    ):
        assert (other_store, other_queue) == (True, True)


def test_job_waits_for_the_first_answer(
    ours: StoreConcurrency, theirs: StoreConcurrency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_concurrency, "FIRST_ANSWER_S", 60.0)
    waits = Event()
    monkeypatch.setattr(store_concurrency.time, "sleep", lambda _: waits.set())

    def begin() -> bool:
        with theirs.limited("orders", STORE) as may_begin:
            return may_begin

    with ours.limited("orders", STORE), ThreadPoolExecutor(1) as pool:
        second = pool.submit(begin)
        assert waits.wait(30)
        ours.record_answer(STORE)

        assert second.result(30)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("error", "may_begin"), [(ProcessLookupError, True), (PermissionError, False), (None, False)]
)
def test_job_of_a_killed_process_counts_no_longer(
    ours: StoreConcurrency,
    theirs: StoreConcurrency,
    monkeypatch: pytest.MonkeyPatch,
    error: type[OSError] | None,
    may_begin: bool,
) -> None:
    def signal(_pid: int, _number: int) -> None:
        if error is not None:
            raise error

    with ours.limited("sync", STORE):
        monkeypatch.setattr(store_concurrency.os, "kill", signal)
        with theirs.limited("sync", STORE) as second:
            assert second == may_begin


@pytest.mark.usefixtures("impatient")
def test_processes_of_other_hosts_are_not_looked_for(
    ours: StoreConcurrency, theirs: StoreConcurrency, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ours.limited("sync", STORE):
        monkeypatch.setattr(store_concurrency.socket, "gethostname", lambda: "elsewhere")
        with theirs.limited("sync", STORE) as second:
            assert not second


@pytest.mark.usefixtures("impatient")
def test_job_of_a_lost_host_counts_no_longer_than_a_call(
    ours: StoreConcurrency, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_concurrency, "JOB_TTL_S", 0.001)

    with ours.limited("sync", STORE):
        while redis.exists(f"portal:store-jobs:sync:{STORE}"):
            pass
        with ours.limited("sync", STORE) as third:
            assert third


def test_answers_are_written_once_a_second(ours: StoreConcurrency, redis: Redis) -> None:
    ours.record_answer(STORE)
    redis.flushall()

    ours.record_answer(STORE)
    ours.record_answer(OTHER_STORE)

    assert redis.keys("portal:store-answered:*") == [b"portal:store-answered:1004"]


def test_nothing_is_limited_without_redis() -> None:
    alone = StoreConcurrency(Redis(unix_socket_path="/nowhere.sock"))

    alone.record_answer(STORE)
    with alone.limited("sync", STORE) as first, alone.limited("sync", STORE) as second:
        assert (first, second) == (True, True)
