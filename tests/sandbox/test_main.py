"""Tests for the command line: start, stop, persistent state and error messages."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from portal.sandbox.__main__ import main
from portal.sandbox.config import SWITCHES

StartError = Callable[..., str]
COMMAND = [sys.executable, "-m", "portal.sandbox"]


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a sandbox; yield the process and the URL that it prints."""
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        ready = re.fullmatch(r"sandbox ready on (http://127\.0\.0\.1:\d+)\n", line)
        assert ready, line
        yield process, ready[1]
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def start_error(capsys: pytest.CaptureFixture[str]) -> StartError:
    """Function that runs a failing start in this process and returns its error output."""

    def run(*arguments: str) -> str:
        try:
            status = main(list(arguments))
        except SystemExit as end:
            status = end.code
        assert status == 2
        return capsys.readouterr().err

    return run


def test_it_starts_on_a_free_port_and_stops_on_sigterm(tmp_path: Path) -> None:
    with started("--port", "0", "--state", str(tmp_path / "new" / "s.db")) as (process, url):
        stores = requests.get(f"{url}/_sandbox/api/stores", timeout=10)
        process.send_signal(signal.SIGTERM)
        status = process.wait(10)

    assert stores.json() == []
    assert status == 0


def test_stores_and_switches_survive_a_restart(tmp_path: Path) -> None:
    arguments = ("--port", "0", "--state", str(tmp_path / "s.db"), "--no-quota")
    with started(*arguments, "--switch", "echo_state=off") as (process, url):
        requests.post(f"{url}/_sandbox/api/stores", json={"products": 5}, timeout=10)
        before = requests.get(f"{url}/_sandbox/api/stores", timeout=10).json()
        process.send_signal(signal.SIGINT)
        process.wait(10)

    with started(*arguments) as (_, url):
        after = requests.get(f"{url}/_sandbox/api/stores", timeout=10).json()
        switches = requests.get(f"{url}/_sandbox/api/switches", timeout=10).json()

    assert before
    assert after == before
    assert (switches["echo_state"], switches["quota_per_minute"]) == ("off", "0")


def test_the_command_line_configures_the_app(tmp_path: Path) -> None:
    arguments = [
        "--client-id",
        "theirs",
        "--scopes",
        "read_orders",
        "--redirect-uri",
        "http://x.invalid/",
    ]
    query = {
        "client_id": "theirs",
        "response_type": "code",
        "redirect_uri": "http://x.invalid/back",
        "scope": "read_orders",
    }

    with started("--port", "0", "--state", str(tmp_path / "s.db"), *arguments) as (_, url):
        known = requests.get(f"{url}/api/oauth/authorize", params=query, timeout=10)
        beyond = requests.get(
            f"{url}/api/oauth/authorize", params=query | {"scope": "read_catalog"}, timeout=10
        )

    assert (known.status_code, beyond.status_code) == (200, 400)


def test_a_port_in_use_is_reported(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        answer = subprocess.run(
            [*COMMAND, "--port", str(port), "--state", str(tmp_path / "s.db")],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert answer.returncode == 2
    assert answer.stderr == f"port {port} can't be used (Address already in use): try --port 0\n"


@pytest.mark.parametrize(
    ("switch", "sentence"),
    [
        ("wings=on", "there is no switch wings"),
        ("echo_state=maybe", "echo_state is one of on, off"),
        ("latency_ms=slow", "latency_ms is a number from 0"),
        ("echo_state", "'echo_state' is not NAME=VALUE"),
    ],
)
def test_an_invalid_switch_is_reported(
    tmp_path: Path, start_error: StartError, switch: str, sentence: str
) -> None:
    output = start_error("--port", "0", "--state", str(tmp_path / "s.db"), "--switch", switch)

    assert sentence in output


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_an_invalid_port_is_reported(start_error: StartError, port: str) -> None:
    assert "argument --port" in start_error(f"--port={port}")


def test_an_unusable_state_file_is_reported(tmp_path: Path, start_error: StartError) -> None:
    (tmp_path / "s.db").write_text("not a database, but longer than a header" * 50)
    (tmp_path / "file").touch()

    garbage = start_error("--port", "0", "--state", str(tmp_path / "s.db"))
    below_a_file = start_error("--port", "0", "--state", str(tmp_path / "file" / "s.db"))

    assert "s.db can't be used (file is not a database)" in garbage
    assert "file/s.db can't be used" in below_a_file


def test_help_lists_every_switch(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])

    shown = capsys.readouterr().out
    assert end.value.code == 0
    assert all(name in shown for name in SWITCHES)
