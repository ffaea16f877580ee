"""Every log line, ours or a library's, is one line that names its process."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from threading import Thread

import pytest
import structlog

from portal.logs import NOISY_LOGGERS, configure_logging

Configure = Callable[[bool], StringIO]


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Configure logging into a buffer; the previous configuration is restored afterwards."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    quieted = {name: logging.getLogger(name).level for name in NOISY_LOGGERS}

    # A request that another test has not read to its end leaves its identifier behind.
    structlog.contextvars.clear_contextvars()

    def apply(as_json: bool) -> StringIO:
        written = StringIO()
        monkeypatch.setattr(sys, "stderr", written)
        configure_logging(as_json=as_json, process="worker-1")
        return written

    yield apply
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in quieted.items():
        logging.getLogger(name).setLevel(was)
    structlog.configure(**before)


def test_line_has_time_level_process_and_event(configure: Configure) -> None:
    written = configure(False)

    structlog.get_logger("ours").info("run.done", store=1003, resource="products")

    line = written.getvalue()
    assert line.startswith("timestamp=20")
    assert "Z level=info process=worker-1 event=run.done" in line
    assert "store=1003 resource=products" in line


def test_line_is_json_in_production(configure: Configure) -> None:
    written = configure(True)

    structlog.get_logger("ours").warning("wake.failed", job="run_sync", ids=(1003,))

    line = json.loads(written.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "warning",
        "process": "worker-1",
        "event": "wake.failed",
        "job": "run_sync",
        "ids": [1003],
    }


@pytest.mark.parametrize("as_json", [False, True])
def test_line_of_a_library_has_the_same_format(configure: Configure, as_json: bool) -> None:
    written = configure(as_json)

    logging.getLogger("some.library").warning("pool of %s is full", "db")

    line = written.getvalue()
    assert "pool of db is full" in line
    assert "worker-1" in line
    assert "warning" in line


@pytest.mark.parametrize("as_json", [False, True])
def test_exception_is_one_line(configure: Configure, as_json: bool) -> None:
    written = configure(as_json)

    def fail() -> None:
        raise RuntimeError("two\nlines")

    try:
        fail()
    except RuntimeError:
        structlog.get_logger("ours").exception("run.failed")
        logging.getLogger("some.library").exception("failed")

    lines = written.getvalue().splitlines()
    assert len(lines) == 2
    assert all("RuntimeError: two" in line for line in lines)


def test_line_of_another_thread_names_the_process(configure: Configure) -> None:
    written = configure(True)
    thread = Thread(target=lambda: structlog.get_logger("ours").info("job.begun"))

    thread.start()
    thread.join(10)

    assert json.loads(written.getvalue())["process"] == "worker-1"


@pytest.mark.parametrize("name", NOISY_LOGGERS)
def test_noisy_libraries_log_only_warnings(configure: Configure, name: str) -> None:
    written = configure(False)

    logging.getLogger(name).info("chatter")
    logging.getLogger(name).warning("trouble")

    assert "chatter" not in written.getvalue()
    assert "trouble" in written.getvalue()


def test_debug_lines_are_left_out(configure: Configure) -> None:
    written = configure(False)

    structlog.get_logger("ours").debug("detail")

    assert written.getvalue() == ""


def test_configuring_twice_writes_each_line_once(configure: Configure) -> None:
    configure(False)
    written = configure(False)

    structlog.get_logger("ours").info("run.done")

    assert written.getvalue().count("run.done") == 1


def test_requests_of_the_development_server_are_not_logged(configure: Configure) -> None:
    written = configure(False)
    server = logging.getLogger("werkzeug")

    server.info('127.0.0.1 - - [30/Nov/2026 17:44:04] "%s" %s %s\n', "GET /reset/x", 200, "-")
    server.info(" * Running on http://127.0.0.1:5000")

    assert "reset" not in written.getvalue()
    assert "Running on" in written.getvalue()


@pytest.mark.parametrize("as_json", [False, True])
def test_line_does_not_grow_with_its_values(configure: Configure, as_json: bool) -> None:
    written = configure(as_json)
    huge = "x" * 250_000

    structlog.get_logger("ours").info(huge, problem=huge, names=[huge], count=7, none=None)
    logging.getLogger("some.library").warning("no such address: %s", huge)
    try:
        int(huge[:4_000])
    except ValueError:
        structlog.get_logger("ours").exception("run.failed", problem=huge)

    ours, library, failed = written.getvalue().splitlines()
    assert len(ours) < 2_000
    assert len(library) < 1_000
    assert len(failed) < 12_000
    assert "characters" in ours
    assert "count" in ours
    assert "Traceback" in failed
