"""Opening a database binds the tables, configures connections and rejects unknown URLs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event

import psycopg
import pytest
from peewee import Database, OperationalError

from portal.errors import SettingsError
from portal.models import Merchant, Store, base, database, open_database, utc_now
from portal.models.base import released_connection, use_async_commit
from portal.services.work.failures import INTERRUPTIONS
from tests.factories import make_merchant, make_store


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://localhost/portal", "DATABASE_URL begins with 'mysql'"),
        ("", "DATABASE_URL begins with 'nothing'"),
        ("portal.db", "DATABASE_URL begins with 'nothing'"),
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:portal.db", "names no file"),
    ],
)
def test_unknown_database_url_is_rejected_with_the_fix(url: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as refused:
        open_database(url)

    assert "sqlite:///path/to/file.db" in str(refused.value)


def test_opening_creates_the_directory_but_no_file(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path}/new/portal.db")

    assert opened.is_closed()
    assert (tmp_path / "new").is_dir()
    assert not (tmp_path / "new" / "portal.db").exists()


def test_opening_binds_the_tables(database_url: str) -> None:
    opened = open_database(database_url)

    assert database.obj is opened
    with opened.connection_context():
        assert Store.select().count() == 0
    opened.close_all()


def test_password_with_special_characters_reaches_the_driver() -> None:
    opened = open_database("postgresql://ada:p%40ss%2Fword@db.example:5433/portal")

    assert opened.database == "portal"
    assert opened.connect_params["password"] == "p@ss/word"
    assert opened.connect_params["port"] == 5433


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("synchronous", 1),
        ("busy_timeout", 20_000),
    ],
)
def test_every_sqlite_connection_is_configured(
    sqlite_database_url: str, pragma: str, value: object
) -> None:
    opened = open_database(sqlite_database_url)

    with opened.connection_context():
        found = opened.execute_sql(f"PRAGMA {pragma}").fetchone()[0]

    assert found == value
    opened.close_all()


@pytest.mark.parametrize(
    ("threads", "cache_kb"), [(0, 16_000), (16, 16_000), (32, 8_000), (128, 2_000), (512, 2_000)]
)
def test_page_caches_of_many_threads_are_bounded(
    sqlite_database_url: str, threads: int, cache_kb: int
) -> None:
    opened = open_database(sqlite_database_url, threads=threads)

    with opened.connection_context():
        found = opened.execute_sql("PRAGMA cache_size").fetchone()[0]

    assert found == -cache_kb
    opened.close_all()


def test_transaction_that_reads_first_waits_for_a_writer(
    database: Database,
) -> None:
    make_store(name="before")
    is_writing, may_finish = Event(), Event()

    def write() -> None:
        with database.connection_context(), database.atomic():
            Store.update(name="first").execute()
            is_writing.set()
            may_finish.wait(10)

    def read_then_write() -> None:
        with database.connection_context(), database.atomic():
            Store.select().count()
            Store.update(currency="USD").execute()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(write)
        assert is_writing.wait(10)
        second = pool.submit(read_then_write)
        time.sleep(0.05)
        may_finish.set()
        first.result(10)
        second.result(10)

    kept = Store.get()
    assert (kept.name, kept.currency) == ("first", "USD")


def test_connection_returned_by_one_thread_serves_another(database_url: str) -> None:
    opened = open_database(database_url)
    with opened.connection_context():
        make_store()

    def count() -> int:
        with opened.connection_context():
            return int(Store.select().count())

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(count).result(10) == 1
    opened.close_all()


def test_failed_transaction_leaves_nothing(database: Database) -> None:
    def fail_half_way() -> None:
        with database.atomic():
            make_store()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert Store.select().count() == 0


def test_deleting_a_merchant_deletes_its_memberships(database: Database) -> None:
    merchant = make_merchant()
    store = make_store(owner=merchant)

    merchant.delete_instance()

    assert Merchant.select().count() == 0
    assert store.memberships.count() == 0


def test_utc_now_is_aware_and_in_utc() -> None:
    assert utc_now().utcoffset() == timedelta(0)


def test_commit_is_flushed_later_only_on_request(
    postgresql_database_url: str,
) -> None:
    opened = open_database(postgresql_database_url)

    with opened.connection_context():
        opened.execute_sql("SET synchronous_commit TO on")
        with opened.atomic():
            use_async_commit()
            inside = opened.execute_sql("SHOW synchronous_commit").fetchone()
        afterwards = opened.execute_sql("SHOW synchronous_commit").fetchone()

    assert (inside, afterwards) == (("off",), ("on",))
    opened.close_all()


def test_postgresql_decodes_json_without_floats(postgresql_database_url: str) -> None:
    opened = open_database(postgresql_database_url)

    with opened.connection_context():
        found = opened.execute_sql("SELECT '[1.10]'::jsonb").fetchone()[0]

    assert str(found[0]) == "1.10"
    assert isinstance(found[0], Decimal)
    opened.close_all()


def test_released_connection_is_free_for_other_threads(postgresql_database_url: str) -> None:
    opened = open_database(postgresql_database_url, max_connections=1)
    with opened.connection_context():
        with released_connection():
            assert opened.is_closed()
        assert Store.select().count() == 0
    opened.close_all()


def test_connection_is_back_after_an_error(postgresql_database_url: str) -> None:
    opened = open_database(postgresql_database_url)
    with opened.connection_context():
        with pytest.raises(ZeroDivisionError), released_connection():
            raise ZeroDivisionError
        assert not opened.is_closed()
    opened.close_all()


def test_lost_server_is_reported_after_the_wait(postgresql_database_url: str) -> None:
    opened = open_database(postgresql_database_url)

    def lose_server() -> None:
        with opened.connection_context(), released_connection():
            opened.close_idle()
            opened.connect_params["host"] = "/nowhere"

    with pytest.raises(OperationalError):
        lose_server()

    assert opened.is_closed()


def test_server_that_restarts_during_a_call_costs_no_query(postgresql_database_url: str) -> None:
    opened = open_database(postgresql_database_url)
    with opened.connection_context():
        server_process = opened.execute_sql("SELECT pg_backend_pid()").fetchone()[0]

        with released_connection():
            terminate(postgresql_database_url, server_process)

        assert Store.select().count() == 0
        assert opened.execute_sql("SELECT pg_backend_pid()").fetchone()[0] != server_process
    opened.close_all()


def terminate(url: str, server_process: int) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        # Waits until the process has ended.
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [server_process])


def test_exhausted_pool_interrupts_work(
    postgresql_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "POOL_WAIT_S", 0.05)
    opened = open_database(postgresql_database_url, max_connections=1)
    is_taken, may_end = Event(), Event()

    def take_the_only_connection() -> None:
        with opened.connection_context():
            is_taken.set()
            may_end.wait(30)

    def wait_for_a_response(pool: ThreadPoolExecutor) -> None:
        with opened.connection_context(), released_connection():
            pool.submit(take_the_only_connection)
            is_taken.wait(30)

    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(INTERRUPTIONS, match="became free"):
            wait_for_a_response(pool)
        may_end.set()

    assert opened.is_closed()
    opened.close_all()


def test_connection_stays_in_a_transaction(database: Database) -> None:
    with database.atomic(), released_connection():
        assert not database.is_closed()


def test_thread_without_a_connection_gets_none(database: Database) -> None:
    def release() -> bool:
        with released_connection():
            pass
        return database.is_closed()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(release).result(10)


def test_sqlite_query_keeps_its_connection(sqlite_database_url: str) -> None:
    opened = open_database(sqlite_database_url)
    with opened.connection_context():
        for number in (1, 2, 3):
            make_store(id=number)
        rows = iter(Store.select().order_by(Store.id).iterator())
        found = [next(rows).id]

        with released_connection():
            assert not opened.is_closed()
            with ThreadPoolExecutor(1) as pool:
                pool.submit(rename_stores, opened).result(10)

        assert found + [row.id for row in rows] == [1, 2, 3]
    opened.close_all()


def rename_stores(opened: Database) -> None:
    with opened.connection_context():
        Store.update(name="renamed").execute()
