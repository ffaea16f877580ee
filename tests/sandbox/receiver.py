"""Receive webhooks on a port of this machine, and answer them as told."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.sandbox.outside import wait_for


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: dict[str, Any]
    at: float


class Receiver:
    """Note every webhook; answer with the next of ``answers``, then with ``usual``."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: list[int] = []
        self.usual = 200
        self.wait_s = 0.0
        self.said = b""
        self.most_at_once = 0
        self._under_way = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def forget(self) -> None:
        """Forget what came and what to answer."""
        self.received.clear()
        self.answers.clear()
        self.usual, self.wait_s, self.said = 200, 0.0, b""
        self.most_at_once = 0

    def wait_for(self, event_type: str, store_id: int, count: int = 1) -> list[Received]:
        """Return the requests of an event as soon as there are ``count``."""

        def found() -> list[Received]:
            requests = [
                request
                for request in list(self.received)
                if request.body["eventType"] == event_type and request.body["storeId"] == store_id
            ]
            return requests if len(requests) >= count else []

        return wait_for(found)

    def types(self, store_id: int) -> list[str]:
        """Return the events that came of a store, sorted."""
        bodies = [request.body for request in list(self.received)]
        return sorted(body["eventType"] for body in bodies if body["storeId"] == store_id)

    def _count(self, step: int) -> None:
        with self._lock:
            self._under_way += step
            self.most_at_once = max(self.most_at_once, self._under_way)

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
                    )
                )
                status = receiver.answers.pop(0) if receiver.answers else receiver.usual
                receiver._count(1)
                time.sleep(receiver.wait_s)
                receiver._count(-1)
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"{receiver.url}/elsewhere")
                self.send_header("Content-Length", str(len(receiver.said)))
                self.end_headers()
                self.wfile.write(receiver.said)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
