"""Demo that runs the whole product on one machine: sandbox Ecwid, portal and daemon.

``python -m portal.demo`` keeps its data in ``var/demo``, prints where to click, and stops
everything it started when it is interrupted.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from argon2 import PasswordHasher

from portal.demo_channel import CHANNEL_NAME, CHANNEL_STORES, load_or_create_channel_key
from portal.demo_guide import BARE, GUIDE, READY, TOUR
from portal.demo_operator import OPERATOR_EMAIL, OPERATOR_PASSWORD, load_or_create_operator
from portal.demo_process import DemoError, DemoProcess, require_free_port
from portal.demo_tour import Tour
from portal.errors import SettingsError
from portal.models import Merchant, open_database, utc_now
from portal.models.migrations import migrate
from portal.paths import ROOT
from portal.private_files import use_private_umask
from portal.read_settings import read_settings
from portal.sealing import Sealer

EMAIL = "demo@example.com"
PASSWORD = "open-the-demo"  # noqa: S105 - printed on the screen, for a loopback address only
STORE_ID = 1003
PRODUCTS = 10_000
CHANNEL_KEY = "channel_key"
SALES_COUNTS = {"orders": 2_000, "customers": 600, "coupons": 24}


@dataclass(frozen=True)
class Demo:
    """Ports and data directory of one demo."""

    port: int
    sandbox_port: int
    folder: Path = Path("var/demo")

    @classmethod
    def on_free_ports(cls, folder: Path) -> Demo:
        """Return a demo on two unused ports, for scripts and tests."""
        with socket.socket() as portal, socket.socket() as sandbox:
            for probe in (portal, sandbox):
                probe.bind(("127.0.0.1", 0))
            return cls(portal.getsockname()[1], sandbox.getsockname()[1], folder)

    @property
    def portal_url(self) -> str:
        """The portal's URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        """The sandbox's URL."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    def environ(self) -> dict[str, str]:
        """Return the environment of all parts: embedded services, with the sandbox as Ecwid."""
        return os.environ | {
            "PORTAL_ENV": "development",
            "PORTAL_URL": self.portal_url,
            "DATABASE_URL": f"sqlite:///{self.folder}/portal.db",
            "REDIS_URL": "",
            "ECWID_CLIENT_ID": "demo-app",
            "ECWID_CLIENT_SECRET": _load_or_create_secret(self.folder / "client_secret"),
            "ECWID_OAUTH_URL": f"{self.sandbox_url}/api/oauth",
            "ECWID_API_URL": f"{self.sandbox_url}/api/v3",
            "ECWID_EXTRA_SCOPES": "read_store_profile_extended",
            "MAIL_URL": f"file://{self.folder}/mail",
            "PYTHONUNBUFFERED": "1",
        }

    def processes(self, environ: dict[str, str]) -> tuple[DemoProcess, DemoProcess, DemoProcess]:
        """Return sandbox, portal and daemon, not yet started."""
        python = sys.executable
        sandbox = [
            *(python, "-m", "portal.sandbox", "--port", str(self.sandbox_port)),
            *("--state", f"{self.folder}/sandbox.db"),
            *("--client-id", environ["ECWID_CLIENT_ID"]),
            *("--client-secret", environ["ECWID_CLIENT_SECRET"]),
            *("--redirect-uri", f"{self.portal_url}/connect/callback"),
            *("--webhook-url", f"{self.portal_url}/webhooks/ecwid"),
        ]
        web = [
            *(python, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py")),
            *("--bind", f"127.0.0.1:{self.port}"),
        ]
        return (
            DemoProcess("sandbox", sandbox, self.folder / "sandbox.log"),
            DemoProcess("portal", [*web, "wsgi:app"], self.folder / "portal.log"),
            DemoProcess("daemon", [python, "-m", "daemon"], self.folder / "daemon.log"),
        )


def prepare_database(environ: dict[str, str], folder: Path) -> None:
    """Migrate the demo's database; create accounts, channel and API key if missing."""
    settings = read_settings(environ)
    database = open_database(settings.database_url)
    migrate(database)
    with database.connection_context():
        _create_merchant()
        load_or_create_operator(Sealer(settings.encryption_keys), folder)
        load_or_create_channel_key(folder / CHANNEL_KEY)
    database.close()


def _create_merchant() -> None:
    if Merchant.with_email(EMAIL) is None:
        hashed = PasswordHasher().hash(PASSWORD)
        Merchant.create(email=EMAIL, password_hash=hashed, verified_at=utc_now())


def seed_sandbox(url: str) -> None:
    """Create those of the demo's stores in the sandbox that don't exist."""
    stores = requests.get(f"{url}/_sandbox/api/stores", timeout=30).json()
    known_ids = {store["store_id"] for store in stores}
    large = {"store_id": STORE_ID, "name": "Juniper & Clay", "products": PRODUCTS, **SALES_COUNTS}
    for store in (large, *CHANNEL_STORES):
        if store["store_id"] not in known_ids:
            made = requests.post(f"{url}/_sandbox/api/stores", json=store, timeout=120)
            made.raise_for_status()


@contextmanager
def running(demo: Demo) -> Iterator[tuple[DemoProcess, ...]]:
    """Start all parts, yield them when all are ready, and stop them afterwards."""
    for name, port in (("PORT", demo.port), ("SANDBOX_PORT", demo.sandbox_port)):
        require_free_port(port, name)
    demo.folder.mkdir(parents=True, exist_ok=True)
    environ = demo.environ()
    prepare_database(environ, demo.folder)
    processes = sandbox, web, daemon = demo.processes(environ)
    with ExitStack() as stack:
        for process in processes:
            process.start(environ)
            stack.callback(process.stop)
        sandbox.wait_until(lambda: _is_reachable(f"{demo.sandbox_url}/_sandbox/api/stores"))
        seed_sandbox(demo.sandbox_url)
        web.wait_until(lambda: _is_reachable(f"{demo.portal_url}/healthz"))
        daemon.wait_until(lambda: daemon.has_logged("daemon.ready"))
        yield processes


def main(arguments: list[str] | None = None) -> int:
    """Run the demo until it is interrupted; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="make demo", description="Run the whole product on this machine."
    )
    parser.add_argument("--port", type=int, default=8000, help="the portal's port")
    parser.add_argument("--sandbox-port", type=int, default=8100, help="the sandbox's port")
    parser.add_argument("--bare", action="store_true", help="leave connecting stores to you")
    options = parser.parse_args(arguments)
    demo = Demo(options.port, options.sandbox_port)
    use_private_umask()
    # A shell that starts a program in the background makes it ignore SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _print("Starting sandbox, portal and daemon ...")
    try:
        with running(demo) as processes, ExitStack() as stack:
            tour = None if options.bare else stack.enter_context(on_tour(demo))
            _print(_guide(demo, is_bare=options.bare))
            while True:
                time.sleep(1)
                for process in processes:
                    process.check()
                if tour and tour.error:
                    _print(f"The tour of the demo has stopped: {tour.error}")
                    tour = None
    except KeyboardInterrupt:
        _print("Stopped. The data is kept in var/demo.")
        return 0
    except (DemoError, SettingsError) as error:
        _print(f"The demo has stopped: {error}")
        return 1


@contextmanager
def on_tour(demo: Demo) -> Iterator[Tour]:
    """Connect the first store, and fill the others in the background until the demo stops."""
    key = (demo.folder / CHANNEL_KEY).read_text()
    file = demo.folder / "tour.json"
    tour = Tour(demo.portal_url, demo.sandbox_url, key, file, EMAIL, PASSWORD)
    try:
        tour.connect_first()
        tour.start()
        yield tour
    finally:
        tour.stop()


def _guide(demo: Demo, *, is_bare: bool) -> str:
    return GUIDE.format(
        ready=READY,
        look=BARE if is_bare else TOUR,
        portal=demo.portal_url,
        sandbox=demo.sandbox_url,
        email=EMAIL,
        password=PASSWORD,
        operator_email=OPERATOR_EMAIL,
        operator_password=OPERATOR_PASSWORD,
        products=PRODUCTS,
        channel=CHANNEL_NAME,
        key=(demo.folder / CHANNEL_KEY).read_text(),
        folder=demo.folder,
    )


def _is_reachable(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def _load_or_create_secret(path: Path) -> str:
    """Return the sandbox app's client secret, created at the first start."""
    if not path.exists():
        path.write_text(secrets.token_hex(16))
    return path.read_text()


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
