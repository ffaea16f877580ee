"""The user of Redis that the operating guide recommends may do all that portal and daemon do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from daemon.former_jobs import move_former_jobs
from daemon.queue_worker import make_worker
from portal.jobs import POLL_STORE, wake
from portal.services.operator.redis_snapshot import read_redis
from portal.services.runtime import Runtime

GUIDE = Path(__file__).parents[2] / "docs" / "operating.md"
PASSWORD = "a-password-for-this-test"


@pytest.fixture
def user_url(redis: Redis, valkey_url: str) -> str:
    """URL of Redis with the user of the guide."""
    guide = " ".join(GUIDE.read_text().split())
    found = re.search(r"`ACL SETUSER portal on >PASSWORD ([^`]+)`", guide)
    assert found is not None
    redis.execute_command(
        "ACL", "SETUSER", "portal", "reset", "on", f">{PASSWORD}", *found[1].split()
    )
    return f"{valkey_url.replace('unix://', 'unix://portal@')}?password={PASSWORD}"


def test_recommended_user_can_enqueue_work_and_be_watched(
    user_url: str, jobs_runtime: Runtime
) -> None:
    with Redis.from_url(user_url) as redis:
        assert move_former_jobs(redis, POLL_STORE.queue) == 0
        assert wake(redis, POLL_STORE, 1003)
        snapshot = read_redis(user_url)
        assert snapshot is not None
        assert snapshot.connections is not None
        make_worker(POLL_STORE.queue, redis).work(burst=True, logging_level="CRITICAL")

        assert redis.llen("rq:queue:polls") == 0


@pytest.mark.parametrize(
    "command",
    [
        ("FLUSHALL",),
        ("CONFIG", "SET", "dir", "/tmp"),
        ("SLAVEOF", "127.0.0.1", "1"),
        ("ACL", "LIST"),
        ("SHUTDOWN",),
        ("GET", "of another program"),
    ],
)
def test_recommended_user_cannot_change_the_server(user_url: str, command: tuple[str, ...]) -> None:
    with Redis.from_url(user_url) as redis, pytest.raises(NoPermissionError):
        redis.execute_command(*command)
