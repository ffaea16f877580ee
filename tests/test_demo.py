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
    CHANNEL_KEY,
    EMAIL,
    PASSWORD,
    STORE_ID,
    Demo,
    main,
    prepare_database,
    seed_sandbox,
)
from portal.demo_channel import CHANNEL_STORES, load_or_create_channel_key
from portal.demo_operator import (
    OPERATOR_EMAIL,
    OPERATOR_PASSWORD,
    current_code,
    load_or_create_operator,
)
from portal.demo_operator import main as print_code
from portal.demo_process import DemoError, DemoProcess
from portal.models import Merchant, open_database
from portal.read_settings import read_settings
from portal.sandbox.server import SandboxServer
from portal.sealing import Sealer
from portal.services.accounts.second_factor import verify_code
from portal.services.accounts.sign_in import authenticate
from portal.services.api_keys import channel_keys
from portal.services.api_keys.keys import authenticate_key
from portal.services.runtime import Runtime

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
    arguments = ["--port", ports[0], "--sandbox-port", ports[1], "--bare"]
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
    assert "key of the channel Sports Market: mp_" in guide
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
    (tmp_path / "var" / "demo").mkdir(parents=True)
    (tmp_path / "var" / "demo" / CHANNEL_KEY).write_text("mp_test_1")

    assert main(["--port", "1", "--sandbox-port", "2", "--bare"]) == 1
    assert "out of paper" in capsys.readouterr().out


def test_accounts_and_channel_are_created_once(tmp_path: Path) -> None:
    demo = Demo(1, 2, tmp_path)
    environ = demo.environ()

    prepare_database(environ, tmp_path)
    key = (tmp_path / CHANNEL_KEY).read_text()
    prepare_database(environ, tmp_path)

    with open_database(environ["DATABASE_URL"]).connection_context():
        assert Merchant.select().count() == 2
        merchant = authenticate(EMAIL, PASSWORD)
        operator = authenticate(OPERATOR_EMAIL, OPERATOR_PASSWORD)
        assert operator is not None
        found = authenticate_key(key)
        sealer = Sealer(read_settings(environ).encryption_keys)
        is_signed_in = verify_code(sealer, operator, current_code(tmp_path))
    assert merchant is not None
    assert (merchant.is_operator, operator.is_admin) == (False, True)
    assert is_signed_in
    assert (tmp_path / "operator_app_secret").stat().st_mode & 0o777 == 0o600
    assert found is not None
    assert (found.channel.name, found.mode) == ("Sports Market", "test")
    assert (tmp_path / CHANNEL_KEY).read_text() == key
    assert demo.environ()["ECWID_CLIENT_SECRET"] == environ["ECWID_CLIENT_SECRET"]


def test_code_of_the_operator_is_printed_once_the_demo_has_run(
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert print_code() == 1
    assert "run `make demo` first" in capsys.readouterr().err
    (tmp_path / "var" / "demo").mkdir(parents=True)
    load_or_create_operator(runtime.sealer, tmp_path / "var" / "demo")

    assert print_code() == 0

    assert capsys.readouterr().out.strip() == current_code(tmp_path / "var" / "demo")


def test_channel_without_room_for_a_key_stops_the_demo(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(channel_keys, "KEYS_PER_CHANNEL", 0)

    with pytest.raises(DemoError, match="has too many keys: make demo-reset"):
        load_or_create_channel_key(tmp_path / "key")


def test_sandbox_gets_the_missing_stores(
    sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PRODUCTS", 3)

    seed_sandbox(sandbox.url)
    seed_sandbox(sandbox.url)

    large, *small = sandbox.parts.stores.all()
    assert (large["id"], large["plan"]) == (STORE_ID, "Business")
    assert [store["name"] for store in small] == [store["name"] for store in CHANNEL_STORES]
    count = "SELECT count(*) FROM product WHERE store = ?"
    assert sandbox.parts.state.number(count, STORE_ID) == 3


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
