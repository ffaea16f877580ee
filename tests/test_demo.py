"""The demo starts everything, says what to click, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests

from portal import demo as module
from portal.demo import (
    EMAIL,
    OPERATOR_EMAIL,
    OPERATOR_PASSWORD,
    PASSWORD,
    STORE_ID,
    Demo,
    main,
    prepare_database,
    seed_sandbox,
)
from portal.demo_process import DemoProcess
from portal.models import Merchant, open_database
from portal.sandbox.server import SandboxServer
from portal.services.accounts.sign_in import authenticate

ROOT = Path(__file__).parent.parent
PATIENCE_S = 60


@contextmanager
def demo_process(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the demo in ``folder``, as make does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.demo", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """Return the output of the process up to a line with ``text``."""
    printed = ""
    for line in process.stdout or ():
        printed += line
        if text in line:
            break
    return printed


def test_demo_prints_a_guide_and_continues_after_a_restart(short_folder: Path) -> None:
    free = Demo.on_free_ports(short_folder)
    ports = [str(free.port), str(free.sandbox_port)]
    arguments = ["--port", ports[0], "--sandbox-port", ports[1]]
    with demo_process(short_folder, *arguments) as process:
        guide = read_until(process, "make demo-reset")
        family = psutil.Process(process.pid).children(recursive=True)
        assert requests.get(f"http://127.0.0.1:{ports[0]}/readyz", timeout=10).ok
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) == 0
    kept = (short_folder / "var/demo/secret_key").read_text()

    with demo_process(short_folder, *arguments) as process:
        again = read_until(process, "make demo-reset")
        others = psutil.Process(process.pid).children(recursive=True)
        parts = psutil.Process(process.pid).children()
        [web] = [part for part in parts if "gunicorn" in part.cmdline()]
        web.kill()
        output = process.stdout.read() if process.stdout else ""
        assert process.wait(PATIENCE_S) == 1

    assert f"http://127.0.0.1:{ports[0]}" in guide
    assert f"http://127.0.0.1:{ports[1]}/_sandbox/" in guide
    assert EMAIL in guide
    assert OPERATOR_EMAIL in guide
    assert "10,000 products" in guide
    assert psutil.wait_procs(family, timeout=10)[1] == []
    assert psutil.wait_procs(others, timeout=10)[1] == []
    assert "the portal has ended (var/demo/portal.log):" in output
    assert "Booting worker" in output
    assert "make demo-reset" in again
    assert (short_folder / "var/demo/secret_key").read_text() == kept


@pytest.mark.parametrize("which", ["--port", "--sandbox-port"])
def test_port_in_use_is_reported_with_the_command_to_type(
    which: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = "--sandbox-port" if which == "--port" else "--port"

        status = main([which, str(port), other, str(Demo.on_free_ports(tmp_path).port)])

    output = capsys.readouterr().out
    assert status == 1
    assert f"port {port} is in use" in output
    assert f"make demo {'PORT' if which == '--port' else 'SANDBOX_PORT'}=" in output


def test_demo_reports_a_part_that_exits_and_stops(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    command = [sys.executable, "-c", "raise SystemExit('out of paper')"]
    broken = DemoProcess("thing", command, tmp_path / "thing.log")
    broken.start(dict(os.environ))
    broken.process.wait(10)

    @contextmanager
    def started(_: Demo) -> Iterator[tuple[DemoProcess, ...]]:
        yield (broken,)

    monkeypatch.setattr(module, "running", started)

    assert main(["--port", "1", "--sandbox-port", "2"]) == 1
    assert "out of paper" in capsys.readouterr().out


def test_merchant_and_operator_are_created_once_and_can_sign_in(tmp_path: Path) -> None:
    demo = Demo(1, 2, tmp_path)
    environ = demo.environ()

    prepare_database(environ)
    prepare_database(environ)

    with open_database(environ["DATABASE_URL"]).connection_context():
        assert Merchant.select().count() == 2
        merchant = authenticate(EMAIL, PASSWORD)
        operator = authenticate(OPERATOR_EMAIL, OPERATOR_PASSWORD)
    assert merchant is not None
    assert operator is not None
    assert (merchant.is_operator, operator.is_admin) == (False, True)
    assert demo.environ()["ECWID_CLIENT_SECRET"] == environ["ECWID_CLIENT_SECRET"]


def test_sandbox_gets_one_store(sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRODUCTS", 3)

    seed_sandbox(sandbox.url)
    seed_sandbox(sandbox.url)

    [store] = sandbox.parts.stores.all()
    assert (store["id"], store["plan"]) == (STORE_ID, "Business")
    assert sandbox.parts.state.number("SELECT count(*) FROM product") == 3


def test_invalid_setting_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setenv("ECWID_WEBHOOK_MODE", "neither")
    free = Demo.on_free_ports(tmp_path)

    status = main(["--port", str(free.port), "--sandbox-port", str(free.sandbox_port)])

    assert status == 1
    assert "ECWID_WEBHOOK_MODE is 'neither'" in capsys.readouterr().out
