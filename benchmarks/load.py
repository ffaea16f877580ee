"""Load generator that sends signed webhooks from another process and records the results.

One thread drives all connections with epoll and sends prebuilt requests, so that the client uses a
small part of a core. It sends either as fast as its connections are answered, or at a fixed rate.
At a fixed rate, a wait is measured from the time when the request was due, so that a stalled server
can't hide it, and the requests take turns on all connections.
"""

from __future__ import annotations

import json
import multiprocessing
import select
import socket
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from portal.ecwid.signature import sign

HOST = "127.0.0.1"
ANSWER_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Load:
    """Load to send: duration, number of connections, and rate (0 means no limit)."""

    port: int
    secret: str
    seconds: float
    connections: int = 8
    rate: float = 0.0
    stores: int = 1
    path: str = "/webhooks/ecwid?eventtype=product.updated"


@dataclass
class Outcome:
    """Results: responses per status (0: none), waits, and acknowledged event ids."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    waits_ms: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Number of responses with status 200 per second."""
        return self.statuses[200] / self.seconds

    def percentile_ms(self, share: float) -> float:
        """Return a percentile of all waits, refused requests included; ``share`` is 0 to 1."""
        return sorted(self.waits_ms)[int(share * (len(self.waits_ms) - 1))]


def send(load: Load, meanwhile: Callable[[], None] = lambda: None) -> Outcome:
    """Send ``load`` from another process while this one runs the callback; return the results."""
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe()
    process = context.Process(target=_send_and_tell, args=(load, theirs))
    process.start()
    ours.recv()  # The sender has started.
    meanwhile()
    outcome: Outcome = ours.recv()
    process.join()
    return outcome


def _send_and_tell(load: Load, pipe) -> None:
    sender = _Sender(load)
    pipe.send("begins")
    pipe.send(sender.run())


@dataclass
class _Call:
    """One pending request on a connection."""

    event_id: str
    due_s: float
    answer: bytes = b""


class _Sender:
    def __init__(self, load: Load) -> None:
        self.load = load
        self.poll = select.epoll()
        self.idle: deque[socket.socket] = deque()
        self.calls: dict[int, tuple[socket.socket, _Call]] = {}
        self.open = 0
        self.outcome = Outcome()
        self.requests = _requests(load)

    def run(self) -> Outcome:
        begun_s = time.monotonic()
        end_s = begun_s + self.load.seconds
        sent = 0
        while (now_s := time.monotonic()) < end_s:
            due_s = self._next_due(begun_s, sent, now_s)
            if due_s is not None:
                self._begin(due_s)
                sent += 1
                continue
            self._take_answers(0.0005 if self.load.rate else 0.1)
        self.outcome.seconds = time.monotonic() - begun_s
        while self.calls and time.monotonic() < end_s + ANSWER_TIMEOUT_S:
            self._take_answers(0.1)
        self.outcome.statuses[0] += len(self.calls)
        return self.outcome

    def _next_due(self, begun_s: float, sent: int, now_s: float) -> float | None:
        """Return the due time of the next request if it is due now, else None."""
        if not self.load.rate:
            return now_s if len(self.calls) < self.load.connections else None
        due_s = begun_s + sent / self.load.rate
        return due_s if due_s <= now_s else None

    def _begin(self, due_s: float) -> None:
        event_id, request = next(self.requests)
        call = _Call(event_id, due_s)
        try:
            connection = self._next_connection()
            connection.sendall(request)
        except OSError:
            self._finish(call, 0)
            time.sleep(0.001)  # A missing server refuses at once; don't spin.
            return
        self.calls[connection.fileno()] = connection, call
        self.poll.register(connection, select.EPOLLIN)

    def _next_connection(self) -> socket.socket:
        has_spare = self.load.rate and self.open < self.load.connections
        return self.idle.popleft() if self.idle and not has_spare else self._connect()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection((HOST, self.load.port), ANSWER_TIMEOUT_S)
        self.open += 1
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _take_answers(self, wait_s: float) -> None:
        for number, _event in self.poll.poll(wait_s):
            connection, call = self.calls[number]
            try:
                part = connection.recv(65536)
            except OSError:
                part = b""
            call.answer += part
            if not part or _is_whole(call.answer):
                self.poll.unregister(connection)
                del self.calls[number]
                self._finish(call, _status(call.answer))
                self._keep_or_close(connection, call.answer)

    def _keep_or_close(self, connection: socket.socket, answer: bytes) -> None:
        if not _is_whole(answer) or b"connection: close" in answer.lower():
            connection.close()
            self.open -= 1
        else:
            self.idle.append(connection)

    def _finish(self, call: _Call, status: int) -> None:
        self.outcome.statuses[status] += 1
        self.outcome.waits_ms.append(1000 * (time.monotonic() - call.due_s))
        if 200 <= status < 300:
            self.outcome.acknowledged.append(call.event_id)


def _requests(load: Load) -> Iterator[tuple[str, bytes]]:
    """Yield event ids with their requests, signed like Ecwid's."""
    number = 0
    while True:
        number += 1
        event_id, created = str(uuid.uuid4()), int(time.time())
        body = json.dumps(
            {
                "eventId": event_id,
                "eventCreated": created,
                "storeId": 1003 + number % load.stores,
                "entityId": 100_000 + number % 10_000,
                "eventType": "product.updated",
            }
        )
        yield (
            event_id,
            (
                f"POST {load.path} HTTP/1.1\r\nHost: {HOST}:{load.port}\r\n"
                "Content-Type: application/json; charset=UTF-8\r\nCache-Control: no-cache\r\n"
                f"X-Ecwid-Webhook-Signature: {sign(load.secret, created, event_id)}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode(),
        )


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    return bool(lengths) and len(body) >= lengths[0]


def _status(answer: bytes) -> int:
    return int(answer[9:12]) if _is_whole(answer) else 0
