"""Log of a test, as the portal would write it in production."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
import structlog

from portal.logs import NOISY_LOGGERS, configure_logging


@contextmanager
def written_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Configure logging into a buffer; restore the previous configuration afterwards."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in NOISY_LOGGERS}
    written = StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        configure_logging(as_json=True, process="portal")
    # Loggers of modules would keep this configuration for later tests.
    structlog.configure(cache_logger_on_first_use=False)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)
    structlog.configure(**before)


def logged(written: StringIO) -> list[dict[str, Any]]:
    """Return the lines of a buffer."""
    return [json.loads(line) for line in written.getvalue().splitlines()]
