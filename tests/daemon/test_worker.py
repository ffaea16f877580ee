"""A worker that is started by hand works on the named queues only."""

from __future__ import annotations

import sys

import pytest

from daemon.worker import THREAD_SWITCH_S, main, switch_threads_often


def test_unknown_queue_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nonsense"])

    assert ended.value.code == 2
    assert "invalid choice: 'nonsense'" in capsys.readouterr().err


def test_threads_of_a_worker_switch_often() -> None:
    before_s = sys.getswitchinterval()
    try:
        switch_threads_often()

        assert sys.getswitchinterval() == pytest.approx(THREAD_SWITCH_S)
    finally:
        sys.setswitchinterval(before_s)
