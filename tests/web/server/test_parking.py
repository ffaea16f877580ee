"""Parked calls cost no thread: they are repeated after a change, in time, or when they must end."""

from __future__ import annotations

import json
import logging
import selectors
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config
from peewee import Database

from portal.models import Merchant, Store
from portal.services.mirror.resources import CATEGORIES
from portal.web.server import parking
from portal.web.server.connection import Connection
from portal.web.server.parking import (
    ParkingLot,
    ParkRequest,
    TooManyParkedError,
    Wait,
    offered,
    park,
)
from portal.web.server.parking_worker import ParkingWorker
from tests.factories import UPDATED_AT, category_payload, make_merchant, make_store
from tests.web.api.conftest import make_key_text
from tests.web.server.conftest import Server, read_to_end
from tests.web.server.test_serving import PAGE

HEAD = b"GET /changes HTTP/1.1\r\nHost: portal\r\n\r\n"
PARKED = 50


def no_look(since: int) -> tuple[int, frozenset[int]]:
    return since, frozenset()


def waiting_for(*topics: int, since: int = 0, wait_s: float = 30, owner: int = 1) -> Wait:
    return Wait(time.monotonic() + wait_s, owner, no_look, since, frozenset(topics))


class OneWorker:
    """A worker that doesn't run: the test parks its connections and reports events itself."""

    def __init__(self) -> None:
        config = Config()
        self.worker = ParkingWorker(1, 0, [], None, 30, config, logging.getLogger("gunicorn"))
        self.worker.poller = selectors.DefaultSelector()
        self.worker.tpool = SimpleNamespace(submit=self._submit)
        self.worker.method_queue = SimpleNamespace(defer=lambda call, *given: call(*given))
        self.served: list[Connection] = []
        self.looks: list[Any] = []
        self.clients: list[socket.socket] = []

    def _submit(self, task: Any, *given: Any) -> Future[Any]:
        done: Future[Any] = Future()
        if given:
            self.served.extend(given)
        else:
            self.looks.append(task)
            try:
                done.set_result(task())
            except ZeroDivisionError as error:
                done.set_exception(error)
        return done

    def park(self, wait: Wait) -> tuple[Connection, socket.socket]:
        """Return a parked connection, whose head was read once, and its client."""
        ours, client = socket.socketpair()
        conn = Connection(self.worker.cfg, ours, ("127.0.0.1", 1), ("127.0.0.1", 2))
        self.clients += [conn.sock, client]
        conn.head = HEAD
        client.sendall(HEAD)
        conn.init()
        next(conn.parser)
        self.worker.nr_conns += 1
        served: Future[object] = Future()
        served.set_exception(ParkRequest(wait))
        assert self.worker.is_parked(conn, served)
        return conn, client

    def close(self) -> None:
        for each in self.clients:
            each.close()
        self.worker.poller.close()
        self.worker.tmp.close()


@pytest.fixture
def one() -> Iterator[OneWorker]:
    one = OneWorker()
    yield one
    one.close()


def test_change_repeats_only_the_calls_that_wait_for_it(one: OneWorker) -> None:
    theirs, _ = one.park(waiting_for(1003, 2002))
    other, _ = one.park(waiting_for(3003))

    one.worker.on_looked(finished((7, {2002})))

    assert one.served == [theirs]
    assert list(one.worker.lot.parked) == [other]
    assert next(theirs.parser).uri == "/changes"


def finished(result: Any) -> Future[Any]:
    done: Future[Any] = Future()
    done.set_result(result)
    return done


def test_call_is_repeated_when_its_time_is_over(one: OneWorker) -> None:
    over, _ = one.park(waiting_for(1, wait_s=-1))
    one.park(waiting_for(1))

    one.worker.look_after_parked()

    assert one.served == [over]
    with offered(one.worker.lot, over.parked_until_s):
        park(30, owner=1, look=no_look, since=0, topics=frozenset())


def test_worker_that_stops_answers_all_parked_calls(one: OneWorker) -> None:
    parked = [one.park(waiting_for(1))[0] for _ in range(3)]
    one.worker.alive = False

    one.worker.look_after_parked()

    assert one.served == parked


def test_one_look_in_a_second_serves_all_parked_calls(one: OneWorker) -> None:
    for _ in range(3):
        one.park(waiting_for(1))

    for _ in range(3):
        one.worker.look_after_parked()

    assert len(one.looks) == 1


def test_call_that_has_seen_less_than_the_last_look_is_repeated_at_once(one: OneWorker) -> None:
    one.park(waiting_for(1, since=0))
    one.worker.on_looked(finished((5, set())))

    late, _ = one.park(waiting_for(1, since=4))
    current, _ = one.park(waiting_for(1, since=5))

    assert one.served == [late]
    assert current in one.worker.lot.parked


def test_failed_look_is_logged_and_repeated(
    one: OneWorker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(parking, "LOOK_INTERVAL_S", -1)
    broken = Wait(time.monotonic() + 30, 1, lambda _: 1 // 0, 0, frozenset([1]))
    one.park(broken)

    one.worker.look_after_parked()
    one.worker.look_after_parked()

    assert len(one.looks) == 2
    assert "Could not look for changes" in caplog.text


def test_connection_whose_client_leaves_is_closed(one: OneWorker) -> None:
    _, client = one.park(waiting_for(1))
    client.close()

    one.worker.wait_for_and_dispatch_events(10)

    assert (one.worker.nr_conns, one.worker.lot.parked, one.served) == (0, {}, [])


def test_client_that_sends_its_next_request_is_answered_first(one: OneWorker) -> None:
    conn, client = one.park(waiting_for(1))
    client.sendall(HEAD)

    one.worker.wait_for_and_dispatch_events(10)

    assert (one.served, conn.parked_until_s) == ([conn], 0.0)


def test_number_of_parked_calls_is_limited_for_all_and_for_each_owner(
    one: OneWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "PARKED_LIMIT", 3)
    monkeypatch.setattr(parking, "PARKED_PER_OWNER", 2)
    lot, given = one.worker.lot, {"look": no_look, "since": 0, "topics": frozenset([1])}
    first, _ = one.park(waiting_for(1, owner=1))
    one.park(waiting_for(1, owner=1))

    with offered(lot, None):
        with pytest.raises(TooManyParkedError):
            park(30, owner=1, **given)
        with pytest.raises(ParkRequest):
            park(30, owner=2, **given)
    one.park(waiting_for(1, owner=2))
    with offered(lot, None), pytest.raises(TooManyParkedError):
        park(30, owner=3, **given)
    one.worker.unpark(first)
    with offered(lot, None), pytest.raises(ParkRequest):
        park(30, owner=1, **given)


def test_call_without_a_worker_or_without_time_is_not_parked() -> None:
    park(30, owner=1, look=no_look, since=0, topics=frozenset())
    with offered(ParkingLot(), None):
        park(0, owner=1, look=no_look, since=0, topics=frozenset())


def test_pages_are_answered_while_many_calls_are_parked(
    server: Server, served_database: Database
) -> None:
    merchant: Merchant = make_merchant(email="parked@shop.example")
    store: Store = make_store(merchant, id=4004)
    key = make_key_text(merchant)

    def changes(query: str) -> bytes:
        return (
            f"GET /api/v1/changes?{query} HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n"
            f"Authorization: Bearer {key}\r\n\r\n"
        ).encode()

    def body(answer: bytes) -> Any:
        head, _, text = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), answer
        return json.loads(text)

    cursor = body(server.answer(changes("after=now")))["next"]
    with ExitStack() as stack:
        parked = [
            stack.enter_context(server.connect(changes(f"after={cursor}&wait=30")))
            for _ in range(PARKED)
        ]
        assert {server.answer(PAGE)[:12] for _ in range(5)} == {b"HTTP/1.1 200"}
        assert body(server.answer(changes(f"after={cursor}&wait=1")))["items"] == []
        CATEGORIES.save(store.id, [category_payload()], UPDATED_AT)
        answers = [body(read_to_end(each))["items"] for each in parked]

    assert {(item["resource"], item["id"]) for (item,) in answers} == {("categories", 7)}
