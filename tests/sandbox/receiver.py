"""Local HTTP server that records webhooks and answers as configured."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.sandbox.client import wait_for


@dataclass(frozen=True)
class Received:
    """One received request."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: dict[str, Any]
    at: float
    method: str


class Receiver:
    """Records every webhook; answers with the next of ``statuses``, then ``default_status``."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.statuses: list[int] = []
        self.default_status = 200
        self.delay_s = 0.0
        self.response_body = b""
        self.max_concurrent = 0
        self._concurrent = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def reset(self) -> None:
        """Clear the recorded requests and restore the default answers."""
        self.received.clear()
        self.statuses.clear()
        self.default_status, self.delay_s, self.response_body = 200, 0.0, b""
        self.max_concurrent = 0

    def wait_for(self, event_type: str, store_id: int, count: int = 1) -> list[Received]:
        """Return the requests of an event once there are ``count`` of them."""

        def found() -> list[Received]:
            requests = [
                request
                for request in list(self.received)
                if request.body["eventType"] == event_type and request.body["storeId"] == store_id
            ]
            return requests if len(requests) >= count else []

        return wait_for(found)

    def types(self, store_id: int) -> list[str]:
        """Return the types of the received events of a store, sorted."""
        bodies = [request.body for request in list(self.received)]
        return sorted(body["eventType"] for body in bodies if body["storeId"] == store_id)

    def _count(self, step: int) -> None:
        with self._lock:
            self._concurrent += step
            self.max_concurrent = max(self.max_concurrent, self._concurrent)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                parts = urlsplit(self.path)
                receiver.received.append(
                    Received(
                        parts.path,
                        parse_qs(parts.query),
                        dict(self.headers),
                        json.loads(self.rfile.read(length)),
                        time.time(),
                        self.command,
                    )
                )
                status = receiver.statuses.pop(0) if receiver.statuses else receiver.default_status
                receiver._count(1)
                time.sleep(receiver.delay_s)
                receiver._count(-1)
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"{receiver.url}/elsewhere")
                self.send_header("Content-Length", str(len(receiver.response_body)))
                self.end_headers()
                self.wfile.write(receiver.response_body)

            def log_message(self, *_: object) -> None:
                """Write no access log."""

            do_PUT = do_POST  # noqa: N815 - the server's name

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
