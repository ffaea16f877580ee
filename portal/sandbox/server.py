"""Serve the sandbox on a port of this machine."""

from __future__ import annotations

import secrets
import threading
from types import TracebackType
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from portal.sandbox import control_api, control_pages, oauth, rest
from portal.sandbox.config import SandboxConfig
from portal.sandbox.connection import BreakableChannel
from portal.sandbox.parts import Parts, make_parts

THREADS = 16
LOOK_UP_S = 0.25
STOP_S = 5.0


def make_app(parts: Parts) -> Flask:
    """Return the sandbox's web app over these parts."""
    app = Flask("portal.sandbox", static_url_path="/_sandbox/static")
    for module in (oauth, rest, control_api, control_pages):
        app.register_blueprint(module.make_blueprint(parts))
    # Cookies don't tell ports apart: the portal may run on the same host.
    app.config.update(SECRET_KEY=secrets.token_bytes(), SESSION_COOKIE_NAME="sandbox")
    app.after_request(parts.access.faults.after)
    return app


class SandboxServer:
    """Run a sandbox inside this process; as a context manager, or by start and stop.

    ``url`` is its address as soon as it exists; port 0 of the configuration means any free one.
    """

    def __init__(self, config: SandboxConfig) -> None:
        # The port must be known before the parts, because pictures carry the address.
        self._app: Flask | None = None
        self._sockets: dict[int, Any] = {}
        self._server = create_server(
            self._serve, map=self._sockets, host=config.host, port=config.port, threads=THREADS
        )
        self._server.channel_class = BreakableChannel
        self.url = f"http://{config.host}:{self._server.effective_port}"
        try:
            self.parts = make_parts(config, self.url)
        except ValueError:
            self._server.task_dispatcher.shutdown()
            self._close_sockets()
            raise
        self._app = make_app(self.parts)
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._ended.set()
        self._thread = threading.Thread(target=self._loop, name="sandbox", daemon=True)

    def _serve(self, environ, start_response):  # type: ignore[no-untyped-def]
        assert self._app is not None  # noqa: S101 - nothing is served before start()
        return self._app(environ, start_response)

    def start(self) -> None:
        """Serve in the background and send webhooks."""
        self.parts.sender.start()
        self._ended.clear()
        self._thread.start()

    def run(self) -> None:
        """Serve in this thread until `stop` is called from a signal or another thread."""
        self.parts.sender.start()
        self._ended.clear()
        self._loop()

    def stop(self) -> None:
        """Stop serving and sending; the state is kept. Stopping again does nothing."""
        if not self._sockets:
            return
        self.parts.access.faults.stop()
        # First those who answer: they need the loop to send what they have.
        self._server.task_dispatcher.shutdown()
        self._stopping.set()
        self._server.pull_trigger()
        self._ended.wait(STOP_S)
        self._close_sockets()
        self.parts.sender.close()
        self.parts.state.close()

    def _loop(self) -> None:
        # Not waitress's own: that one goes on as long as a client keeps its connection open.
        try:
            while not self._stopping.is_set():
                wasyncore.loop(LOOK_UP_S, map=self._sockets, count=1)
        finally:
            self._ended.set()

    def _close_sockets(self) -> None:
        wasyncore.close_all(self._sockets)

    def __enter__(self) -> SandboxServer:
        """Start serving."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self.stop()
