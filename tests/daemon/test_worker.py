"""A worker that is started by hand works on the named queues only."""

from __future__ import annotations

import pytest

from daemon.worker import main


def test_unknown_queue_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nonsense"])

    assert ended.value.code == 2
    assert "invalid choice: 'nonsense'" in capsys.readouterr().err
