"""Threads that wait for Ecwid hold no connection to PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from redis import Redis

from portal.config import Settings
from portal.models import Store
from portal.services.runtime import open_runtime
from tests.factories import make_grant, make_store


@contextmanager
def waiting_server(calls: int) -> Iterator[str]:
    """Run a server that answers when this many calls wait for it; yield its URL."""
    all_wait = threading.Barrier(calls)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            all_wait.wait(60)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Keep the output of the tests clean."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = calls

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_threads_that_wait_for_ecwid_share_a_few_database_connections(
    settings: Settings, postgresql_database_url: str, redis: Redis
) -> None:
    busy, limit = 64, 4

    def call(store_id: int) -> int:
        with opened.database.connection_context():
            opened.client(store_id).profile()
            return int(Store.select().where(Store.id == store_id).count())

    with waiting_server(calls=busy) as url:
        there = replace(
            settings,
            database_url=f"{postgresql_database_url}&application_name=busy",
            ecwid_api_url=url,
        )
        opened = open_runtime(there, threads=busy, max_connections=limit)
        with opened.database.connection_context():
            for store_id in range(1, busy + 1):
                make_grant(make_store(id=store_id), opened.sealer, token=f"secret_{store_id}")
        with ThreadPoolExecutor(busy) as pool:
            # Each call ends only when all are under way.
            found = list(pool.map(call, range(1, busy + 1)))
        with opened.database.connection_context():
            connections = opened.database.execute_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'busy'"
            ).fetchone()[0]

    opened.finish()
    opened.database.close_all()
    opened.http.close()
    assert found == [1] * busy
    assert connections <= limit
