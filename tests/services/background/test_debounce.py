"""Many requests within a moment become one run."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from portal.services.background.debounce import Debouncer


def test_many_requests_become_one_run_a_moment_later() -> None:
    done, is_done = [], Event()

    def task() -> None:
        done.append(1)
        is_done.set()

    debouncer = Debouncer(0.05, task)
    for _ in range(100):
        debouncer.trigger()

    assert done == []
    assert is_done.wait(10)
    time.sleep(0.1)
    assert done == [1]


def test_later_request_causes_another_run() -> None:
    done: list[int] = []
    debouncer = Debouncer(60, lambda: done.append(1))

    for _ in range(2):
        debouncer.trigger()
        debouncer.flush()

    assert done == [1, 1]


def test_nothing_runs_without_a_request() -> None:
    done: list[int] = []

    Debouncer(60, lambda: done.append(1)).flush()

    assert done == []


def test_request_during_a_run_causes_another_run() -> None:
    done: list[int] = []
    debouncer = Debouncer(60, lambda: None)

    def task() -> None:
        done.append(1)
        if len(done) == 1:
            debouncer.trigger()

    debouncer.task = task
    debouncer.trigger()
    debouncer.flush()
    debouncer.flush()

    assert done == [1, 1]


def test_immediate_run_waits_for_a_running_one() -> None:
    is_doing, may_finish, done = Event(), Event(), []

    def task() -> None:
        is_doing.set()
        may_finish.wait(10)
        done.append(1)

    debouncer = Debouncer(0.01, task)
    debouncer.trigger()
    assert is_doing.wait(10)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(debouncer.flush)
        time.sleep(0.05)
        assert not waiting.done()
        may_finish.set()
        waiting.result(10)

    assert done == [1]
