"""Tie a child to its supervisor: when the pipe between them closes, the child ends by itself.

The pipe is the child's standard input. The supervisor closes it to ask for a stop; the system
closes it when the supervisor is killed, so that no child outlives it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from daemon.stopping import request_stop

TETHERED = "--tethered"


def tie_to_supervisor(arguments: list[str]) -> None:
    """Watch standard input if the supervisor started us; else do nothing."""
    if TETHERED in arguments:
        threading.Thread(target=_end_with_pipe, args=(sys.stdin.fileno(),), daemon=True).start()


def _end_with_pipe(pipe: int) -> None:
    while os.read(pipe, 1024):
        pass
    request_stop()
    os.kill(os.getpid(), signal.SIGTERM)
