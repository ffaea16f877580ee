"""Be a channel: a real HTTP server on loopback that takes messages, or does what a test wants."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Taken:
    """Hold one message as it came."""

    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def uid(self) -> str:
        """Return what tells it from others, whichever attempt this is."""
        return self.headers["webhook-id"]

    @property
    def payload(self) -> Any:
        """Return what it says."""
        return json.loads(self.body)

    def verified(self, secret: str) -> Any:
        """Return what it says, as a receiver checks it; raise if the signature isn't good."""
        return Webhook(secret).verify(self.body, dict(self.headers))


@dataclass
class Channel:
    """A receiver: ``status`` is what it answers, ``behave`` does something before."""

    url: str = ""
    status: int = 200
    answer: bytes = b"thank you"
    headers: dict[str, str] = field(default_factory=dict)
    behave: Callable[[BaseHTTPRequestHandler], None] | None = None
    taken: list[Taken] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 2**16  # Else head and body go apart, and the second waits for the first's receipt.
    channel: Channel

    def do_POST(self) -> None:
        """Take a message."""
        channel = self.channel
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        channel.taken.append(Taken(self.path, headers, body))
        if channel.behave is not None:
            channel.behave(self)
        self.send_response(channel.status)
        for name, value in channel.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(channel.answer)))
        self.end_headers()
        self.wfile.write(channel.answer)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of those who hang up: tests make them do so."""


@contextmanager
def open_channel(certificate: Path | None = None) -> Iterator[Channel]:
    """Open a receiver at an address of its own; with a certificate at https://localhost."""
    channel = Channel()
    handler = type("Handler", (_Handler,), {"channel": channel})
    server = _Server(("127.0.0.1", 0), handler)
    port = server.server_address[1]
    channel.url = f"http://127.0.0.1:{port}/hooks"
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        channel.url = f"https://localhost:{port}/hooks"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield channel
    finally:
        server.shutdown()
        server.server_close()


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Answer byte by byte, without end, and never so slowly that a single read runs out."""
    try:
        while True:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.02)
    except OSError:
        handler.close_connection = True
