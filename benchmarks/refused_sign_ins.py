"""Cost of 1,000 refused sign-ins: bytes that they add to the log and to Redis.

Each has another e-mail and 120 kB in both fields, the most that a form may have. They come from one
address, which has to wait after 30 tries a minute, and from 100 addresses, which never have to.
Then 1,000 e-mails of normal length are tried from 100 addresses, with wrong passwords.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from redis import Redis

from benchmarks.report import figure, table
from benchmarks.web_server import valkey
from portal.config import Settings
from portal.logs import configure_logging
from portal.models.migrations import migrate
from portal.sealing import new_key
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.password_cost import lower_password_cost
from tests.runtimes import opened_runtime
from tests.web.conftest import Visitor

TRIES = 1_000
ADDRESSES = 100
FIELD_CHARACTERS = 120_000
LOG_TARGET, REDIS_TARGET = 300_000, 300_000


@dataclass(frozen=True)
class Case:
    """Sign-ins that are refused: with or without huge fields, and from how many addresses."""

    name: str
    is_huge: bool
    addresses: int


CASES = (
    Case("huge, one address", is_huge=True, addresses=1),
    Case("huge, 100 addresses", is_huge=True, addresses=ADDRESSES),
    Case("normal, 100 addresses", is_huge=False, addresses=ADDRESSES),
)


def main() -> None:
    """Measure each case in an empty Redis, and print the worst of them."""
    lower_password_cost()
    rows, log_bytes, redis_bytes = [], 0, 0
    written = StringIO()
    sys.stderr, stderr = written, sys.stderr
    configure_logging(as_json=True, process="portal")
    sys.stderr = stderr
    with tempfile.TemporaryDirectory() as folder, valkey(Path(folder) / "v.sock") as url:
        settings = Settings(
            secret_keys=("benchmark",),
            encryption_keys=(new_key(),),
            database_url=f"sqlite:///{folder}/portal.db",
            redis_url=url,
            data_dir=Path(folder),
            mail_url=f"file://{folder}/mail",
        )
        with opened_runtime(settings) as runtime:
            migrate(runtime.database)
            for case in CASES:
                written.truncate(0)
                written.seek(0)
                added, processor_s, keys = _measure(runtime, case)
                lines = len(written.getvalue())
                log_bytes, redis_bytes = max(log_bytes, lines), max(redis_bytes, added)
                rows.append((case.name, lines, added, keys, f"{processor_s:.1f}"))
    figure("log_bytes_per_1000_refused", log_bytes, "bytes", f"< {LOG_TARGET}")
    figure("redis_bytes_per_1000_refused", redis_bytes, "bytes", f"< {REDIS_TARGET}")
    table(
        f"{TRIES:,} refused sign-ins",
        ["fields", "log, bytes", "Redis, bytes", "keys", "processor, s"],
        rows,
    )
    logging.shutdown()


def _measure(runtime: Runtime, case: Case) -> tuple[int, float, int]:
    """Return the bytes that Redis has more, the processor time, and the keys in Redis."""
    redis: Redis = runtime.redis
    visitor = Visitor(create_app(runtime))
    token = visitor.csrf_token()
    # The first call loads the scripts of the limits.
    visitor.client.post("/login", environ_overrides={"REMOTE_ADDR": "198.51.100.1"})
    redis.flushdb()
    before, started_s = _used(redis), time.process_time()
    for number in range(TRIES):
        long = "x" * FIELD_CHARACTERS if case.is_huge else ""
        answer = visitor.client.post(
            "/login",
            data={
                "csrf_token": token,
                "email": f"person-{number}@example.com{long}",
                "password": f"wrong {long}",
            },
            environ_overrides={"REMOTE_ADDR": f"10.{number % case.addresses}.0.1"},
        )
        assert answer.status_code in {422, 429}, answer.status_code
    return _used(redis) - before, time.process_time() - started_s, redis.dbsize()


def _used(redis: Redis) -> int:
    return int(redis.info("memory")["used_memory_dataset"])


if __name__ == "__main__":
    main()
