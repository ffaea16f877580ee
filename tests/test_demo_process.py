"""A part of the demo can be waited for, reports why it exits, and leaves no child behind."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from portal import demo_process as module
from portal.demo_process import DemoError, DemoProcess


def part(folder: Path, code: str) -> DemoProcess:
    """Return a started part that runs ``code``."""
    made = DemoProcess("thing", [sys.executable, "-u", "-c", code], folder / "thing.log")
    made.start(dict(os.environ))
    return made


def wait_for(started: DemoProcess, text: str) -> None:
    """Return when the part has logged ``text``."""
    started.wait_until(lambda: started.has_logged(text))


def test_exit_of_a_part_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    broken = part(tmp_path, "raise SystemExit('no such luck')")
    broken.process.wait(10)

    with pytest.raises(DemoError, match="no such luck"):
        broken.wait_until(lambda: False)


def test_part_that_takes_too_long_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = part(tmp_path, "import time; time.sleep(60)")
    monkeypatch.setattr(module, "READY_TIMEOUT_S", 0.2)

    with pytest.raises(DemoError, match="not ready after"):
        slow.wait_until(lambda: False)
    slow.stop()


def test_part_that_handles_sigterm_exits_itself(tmp_path: Path) -> None:
    kind = part(
        tmp_path,
        "import signal, time; signal.signal(15, lambda *_: exit(7)); print('up'); time.sleep(60)",
    )
    wait_for(kind, "up")

    kind.stop()

    assert kind.process.returncode == 7


def test_part_that_ignores_sigterm_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = part(
        tmp_path,
        "import os, signal, time; signal.signal(15, signal.SIG_IGN); os.fork();"
        "print('up'); time.sleep(60)",
    )
    wait_for(deaf, "up\nup")
    family = psutil.Process(deaf.process.pid).children()
    monkeypatch.setattr(module, "STOP_TIMEOUT_S", 0.2)

    deaf.stop()

    assert deaf.process.returncode == -signal.SIGKILL
    assert len(family) == 1
    assert psutil.wait_procs(family, timeout=10)[1] == []


def test_stopping_an_exited_part_is_no_error(tmp_path: Path) -> None:
    ended = part(tmp_path, "pass")
    ended.process.wait(10)

    ended.stop()

    assert ended.process.returncode == 0
