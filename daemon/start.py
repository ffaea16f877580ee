"""Start of a process of the daemon: with valid settings, private files and handled signals."""

from __future__ import annotations

import signal
from collections.abc import Callable

import structlog

from portal.config import Settings
from portal.errors import SettingsError
from portal.logs import configure_logging
from portal.process import request_stop
from portal.read_settings import start_settings

log = structlog.get_logger(__name__)

WRONG_SETTINGS = 2


def start(
    process: str,
    run: Callable[[Settings], int],
    *,
    check: Callable[[Settings], object] = lambda _: None,
) -> int:
    """Run a process until SIGTERM or SIGINT; return its exit status.

    That is 2 if the settings are invalid, or if ``check`` or ``run`` raise SettingsError. Each
    problem is logged then.
    """
    configure_logging(as_json=False, process=process)
    try:
        settings = start_settings()
        configure_logging(as_json=settings.is_production, process=process)
        check(settings)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: request_stop())
        return run(settings)
    except SettingsError as error:
        for problem in error.problems:
            log.error("daemon.refused", problem=problem)
        return WRONG_SETTINGS
