"""Channel for tests: an HTTP server on loopback that receives deliveries."""

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
    """One delivery as received."""

    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def uid(self) -> str:
        """Event id, the same for all attempts."""
        return self.headers["webhook-id"]

    @property
    def payload(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)

    def verified(self, secret: str) -> Any:
        """Return the body after its signature is verified; raise if it is invalid."""
        return Webhook(secret).verify(self.body, dict(self.headers))


@dataclass
class Channel:
    """A receiver: ``status`` is its response, ``behave`` is called before it is sent."""

    url: str = ""
    status: int = 200
    answer: bytes = b"thank you"
    headers: dict[str, str] = field(default_factory=dict)
    behave: Callable[[BaseHTTPRequestHandler], None] | None = None
    taken: list[Taken] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 2**16  # Otherwise head and body go in two packets, and the second waits for an ACK.
    channel: Channel

    def do_POST(self) -> None:
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
        """Keep the output of the tests clean."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Print nothing about clients that close the connection: tests make them do so."""


@contextmanager
def open_channel(certificate: Path | None = None) -> Iterator[Channel]:
    """Run a receiver on its own port; with a certificate at https://localhost."""
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
    """Respond byte by byte, without end, and too fast for a read timeout."""
    try:
        while True:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.02)
    except OSError:
        handler.close_connection = True
