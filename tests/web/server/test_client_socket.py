"""A socket of a client takes a response from its thread at once, however slowly it is read."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from portal.web.server import client_socket as module
from portal.web.server.client_socket import ClientSocket
from tests.web.server.conftest import read_to_end

# More than the buffers of the kernel.
OPEN_FILES = Path("/proc/self/fd")
LARGE = os.urandom(1024) * 12_000


class Pair:
    """A client that reads nothing on its own, and the server's end."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as bound:
            self.client = socket.create_connection(bound.getsockname(), 10)
            self.server = ClientSocket(bound.accept()[0])

    def read_all(self) -> bytes:
        """Let the client read until the server has sent everything, and closes."""
        parts: list[bytes] = []
        reader = Thread(target=lambda: parts.append(read_to_end(self.client)))
        reader.start()
        while self.server.has_unsent:
            self.server.send_more()
        self.server.close()
        reader.join()
        return parts[0]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A connection over TCP."""
    pair = Pair()
    yield pair
    pair.client.close()
    pair.server.close()


def test_thread_does_not_wait_for_a_client_that_reads_nothing(pair: Pair) -> None:
    pair.server.sendall(b"head ")
    pair.server.sendall(LARGE)

    assert pair.server.has_unsent
    assert 0 < pair.server.unsent_bytes < len(LARGE)
    assert pair.read_all() == b"head " + LARGE
    assert pair.server.unsent_bytes == 0


def test_small_response_leaves_nothing_to_send(pair: Pair) -> None:
    pair.server.sendall(b"")
    pair.server.sendall(b"answer")

    assert not pair.server.has_unsent
    assert pair.client.recv(100) == b"answer"


def test_file_is_sent_after_its_owner_has_closed_it(pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(LARGE)
    with path.open("rb") as file:
        sent = [pair.server.sendfile(file, 0, 5), pair.server.sendfile(file, 5)]
    pair.server.sendall(b" end")

    assert sent == [5, len(LARGE) - 5]
    assert pair.read_all() == LARGE + b" end"


def test_file_that_became_shorter_is_an_error(pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"short")
    with path.open("rb") as file:
        pair.server.sendfile(file, 0, 100)

    pair.server.send_more()
    with pytest.raises(OSError, match="shorter than the response"):
        pair.server.send_more()


def test_closed_socket_frees_what_it_has_not_sent(pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(LARGE)
    before = len(list(OPEN_FILES.iterdir()))
    with path.open("rb") as file:
        pair.server.sendfile(file)
    pair.server.sendall(LARGE)

    pair.server.close()

    assert (pair.server.unsent_bytes, pair.server.has_unsent) == (0, False)
    assert len(list(OPEN_FILES.iterdir())) == before - 1  # the socket, too


def test_streamed_response_waits_for_its_client_beyond_the_limit(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "UNSENT_LIMIT_BYTES", 1024)
    sender = Thread(target=pair.server.sendall, args=(LARGE,))
    sender.start()

    received = b""
    while len(received) < len(LARGE) - module.UNSENT_LIMIT_BYTES:
        received += pair.client.recv(65536)
    sender.join()

    assert pair.server.unsent_bytes <= module.UNSENT_LIMIT_BYTES
    assert received + pair.read_all() == LARGE
