"""A forked process runs its function alone, and ends with the process that started it."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.fork import Fork
from portal.process import wait_for_stop
from portal.rules.work.backoff import CHANCE
from tests.daemon.processes import wait_until

# pytest-xdist has threads, the daemon's supervisor has none.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")


Start = Callable[[str, Callable[[], int]], Fork]


@pytest.fixture
def fork() -> Iterator[Start]:
    """Fork, and leave no process and no pipe behind."""
    copies: list[Fork] = []

    def start(name: str, target: Callable[[], int]) -> Fork:
        copies.append(Fork(name, target))
        return copies[-1]

    yield start
    for copy in copies:
        if copy.poll() is None:
            copy.kill()
        copy.wait(30)
        copy.stdin.close()


def crash() -> int:
    raise ZeroDivisionError


def run_until_stopped() -> int:
    wait_for_stop(60)
    return 3


def sleep() -> int:
    time.sleep(60)
    return 0


def test_exit_status_is_what_the_function_returns(fork: Start) -> None:
    assert fork("seven", lambda: 7).wait(30) == 7


def test_crash_of_the_function_is_an_exit_status(fork: Start) -> None:
    assert fork("crash", crash).wait(30) == 1


def test_copies_spread_their_retries_differently(fork: Start) -> None:
    CHANCE.seed(1)
    drawn = CHANCE.random()
    CHANCE.seed(1)

    copy = fork("draws", lambda: int(CHANCE.random() == drawn))

    assert copy.wait(30) == 0


def test_process_has_its_name(fork: Start) -> None:
    copy = fork("worker.events", sleep)

    wait_until(lambda: Path(f"/proc/{copy.pid}/comm").read_text() == "worker.events\n", "its name")

    copy.kill()
    assert copy.wait(30) == -signal.SIGKILL


def test_closed_pipe_stops_the_process(fork: Start) -> None:
    copy = fork("waits", run_until_stopped)

    copy.stdin.close()

    assert copy.wait(30) == 3


def test_pipe_of_one_process_is_not_kept_open_by_another(fork: Start) -> None:
    first = fork("first", run_until_stopped)
    second = fork("second", sleep)
    wait_until(
        lambda: len(list(Path(f"/proc/{second.pid}/fd").iterdir())) <= 3, "inherited files to close"
    )

    first.stdin.close()

    assert first.wait(30) == 3
    second.terminate()
    assert second.wait(30) == -signal.SIGTERM


def test_waiting_ends_at_its_time_limit(fork: Start) -> None:
    copy = fork("slow", sleep)

    with pytest.raises(subprocess.TimeoutExpired):
        copy.wait(0)
