"""HTTP server of the sandbox."""

from __future__ import annotations

import secrets
import threading
from types import TracebackType
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from portal.sandbox import admin_api, admin_pages, oauth, rest
from portal.sandbox.config import SandboxConfig
from portal.sandbox.connection_faults import BreakableChannel
from portal.sandbox.latency import LatencyDispatcher
from portal.sandbox.parts import Parts, make_parts
from portal.sandbox.request_json import StrictJsonProvider

THREADS = 16
# A client of many stores keeps many connections open; waitress accepts only 100 by default.
CONNECTIONS_LIMIT = 4_000
POLL_INTERVAL_S = 0.25
STOP_S = 5.0


def make_app(parts: Parts) -> Flask:
    """Return the Flask app of the sandbox."""
    app = Flask("portal.sandbox", static_url_path="/_sandbox/static")
    app.json = StrictJsonProvider(app)
    for module in (oauth, rest, admin_api, admin_pages):
        app.register_blueprint(module.make_blueprint(parts))
    # Cookies are shared by all ports of a host, and the portal may run on the same host.
    app.config.update(SECRET_KEY=secrets.token_bytes(), SESSION_COOKIE_NAME="sandbox")
    app.after_request(parts.access.faults.after)
    return app


class SandboxServer:
    """Sandbox that runs in this process, as a context manager or by `start` and `stop`.

    ``url`` is available after construction, also when the configured port is 0 (any free port).
    """

    def __init__(self, config: SandboxConfig) -> None:
        # The port must be known before the parts exist, because image URLs contain it.
        self._app: Flask | None = None
        self._sockets: dict[int, Any] = {}
        self.dispatcher = LatencyDispatcher(THREADS)
        try:
            self._server = create_server(
                self._serve,
                map=self._sockets,
                host=config.host,
                port=config.port,
                connection_limit=CONNECTIONS_LIMIT,
                _dispatcher=self.dispatcher,
            )
        except OSError:
            self.dispatcher.shutdown()
            raise
        self._server.channel_class = BreakableChannel
        self.url = f"http://{config.host}:{self._server.effective_port}"
        try:
            self.parts = make_parts(config, self.url)
        except ValueError:
            self.dispatcher.shutdown()
            self._close_sockets()
            raise
        self._app = make_app(self.parts)
        self.dispatcher.latency_of = self.parts.access.faults.latency.seconds
        self._stopping = threading.Event()
        self._connect_blocked = threading.Event()
        self._connect_blocked.set()
        self._thread = threading.Thread(target=self._loop, name="sandbox", daemon=True)

    def _serve(self, environ, start_response):  # type: ignore[no-untyped-def]
        assert self._app is not None  # noqa: S101 - start() comes later
        return self._app(environ, start_response)

    def start(self) -> None:
        """Serve requests and send webhooks in the background."""
        self.parts.webhook_sender.start()
        self._connect_blocked.clear()
        self._thread.start()

    def run(self) -> None:
        """Serve in this thread until a signal or another thread calls `stop`."""
        self.parts.webhook_sender.start()
        self._connect_blocked.clear()
        self._loop()

    def stop(self) -> None:
        """Stop serving and sending. The state file stays. A second call does nothing."""
        if not self._sockets:
            return
        self.parts.access.faults.stop()
        # Stop the request threads first: they need the loop to send their responses.
        self.dispatcher.shutdown()
        self._stopping.set()
        self._server.pull_trigger()
        self._connect_blocked.wait(STOP_S)
        self._close_sockets()
        self.parts.webhook_sender.close()
        self.parts.state.close()

    def _loop(self) -> None:
        # waitress's own loop doesn't end while a client keeps its connection open.
        try:
            while not self._stopping.is_set():
                # poll() has no limit on file descriptors; select() has one of 1,024.
                wasyncore.loop(POLL_INTERVAL_S, use_poll=True, map=self._sockets, count=1)
        finally:
            self._connect_blocked.set()

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
