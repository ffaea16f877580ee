"""One worker at a time holds a lease, and a lost lease ends the work."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from peewee import Database
from structlog.testing import capture_logs

from portal.errors import LeaseLostError, PortalError
from portal.models import Lease, open_database, utc_now
from portal.services.work.leases import Claim, claimed

NAME = "sync:1003"
TTL_S = 30.0
WORKERS = 8


def expire(name: str = NAME) -> None:
    """Let the lease expire, as if its owner had died a while ago."""
    Lease.update(expires_at=utc_now() - timedelta(seconds=1)).where(Lease.name == name).execute()


def take_over(name: str = NAME) -> None:
    """Let the lease expire and give it to another worker."""
    expire(name)
    assert Lease.acquire(name, "another worker", TTL_S)


def test_the_lease_is_held_during_the_block_only(database: Database) -> None:
    with claimed(NAME, TTL_S) as claim:
        assert claim is not None
        assert Lease.is_held(NAME)

    assert not Lease.is_held(NAME)


def test_a_lease_of_another_worker_is_not_claimed(database: Database) -> None:
    Lease.acquire(NAME, "another worker", TTL_S)

    with claimed(NAME, TTL_S) as claim:
        assert claim is None

    assert Lease.get().owner == "another worker"


def test_two_claims_of_one_process_exclude_each_other(database: Database) -> None:
    with claimed(NAME, TTL_S), claimed(NAME, TTL_S) as second:
        assert second is None


def test_the_lease_is_released_after_an_error(database: Database) -> None:
    with pytest.raises(PortalError, match="boom"), claimed(NAME, TTL_S):
        raise PortalError("boom")

    assert not Lease.is_held(NAME)


def test_an_expired_lease_is_claimed_by_the_next_worker(database: Database) -> None:
    Lease.acquire(NAME, "dead worker", TTL_S)
    expire()

    with claimed(NAME, TTL_S) as claim:
        assert claim is not None


def test_keep_extends_the_lease(database: Database) -> None:
    with claimed(NAME, TTL_S) as claim:
        assert claim is not None
        Lease.update(expires_at=utc_now() + timedelta(seconds=1)).execute()
        claim.keep()

        assert Lease.get().expires_at > utc_now() + timedelta(seconds=TTL_S - 5)


def test_keep_takes_an_expired_lease_that_nobody_else_has_taken(database: Database) -> None:
    with claimed(NAME, TTL_S) as claim:
        assert claim is not None
        expire()
        claim.keep()

        assert Lease.is_held(NAME)


def test_a_lost_lease_ends_the_block_and_stays_with_its_new_owner(database: Database) -> None:
    steps = []
    with capture_logs() as logs, claimed(NAME, TTL_S) as claim:
        assert claim is not None
        steps.append("read")
        take_over()
        claim.keep()
        steps.append("written")

    assert steps == ["read"]
    assert claim is not None
    assert claim.is_lost
    assert [(log["event"], log["lease"]) for log in logs] == [("lease.lost", NAME)]
    assert Lease.get().owner == "another worker"


def test_a_lost_lease_rolls_back_the_transaction_that_notices_it(database: Database) -> None:
    with claimed(NAME, TTL_S) as claim:
        assert claim is not None
        take_over()
        with database.atomic():
            Lease.create(name="written", owner="me", expires_at=utc_now())
            claim.keep()

    assert Lease.get_or_none(Lease.name == "written") is None


def test_a_finished_claim_is_not_lost(database: Database) -> None:
    with claimed(NAME, TTL_S) as claim:
        pass

    assert claim is not None
    assert not claim.is_lost


def test_each_extends_the_lease_before_every_item(database: Database) -> None:
    claim = Claim(NAME, TTL_S)
    claim.take()
    items = claim.each(["first", "second", "third"])

    done = [next(items), next(items)]
    take_over()

    assert done == ["first", "second"]
    with pytest.raises(LeaseLostError, match=NAME):
        next(items)


def test_a_claim_knows_how_long_its_lease_is_valid(database: Database) -> None:
    claim = Claim(NAME, TTL_S)
    before_s = claim.left_s
    claim.take()
    held_s = claim.left_s
    claim.release()

    assert (before_s, claim.left_s) == (0, 0)
    assert TTL_S - 5 < held_s <= TTL_S


def test_release_without_a_lease_changes_nothing(database: Database) -> None:
    Lease.acquire(NAME, "another worker", TTL_S)
    claim = Claim(NAME, TTL_S)
    claim.take()
    claim.release()

    assert Lease.get().owner == "another worker"


def test_of_many_workers_exactly_one_claims_the_lease(database: Database) -> None:
    start, end = Barrier(WORKERS), Barrier(WORKERS)

    def work(_: int) -> bool:
        with database.connection_context():
            start.wait(10)
            with claimed(NAME, TTL_S) as claim:
                end.wait(10)
                return claim is not None

    with ThreadPoolExecutor(WORKERS) as pool:
        assert sum(pool.map(work, range(WORKERS))) == 1


def test_nobody_takes_the_lease_before_the_commit_of_its_owner(database: Database) -> None:
    """The owner extends its expired lease in a transaction; another worker waits for the commit."""
    claim = Claim(NAME, TTL_S)
    claim.take()
    expire()

    def other() -> bool:
        with database.connection_context():
            return Claim(NAME, TTL_S).take()

    with ThreadPoolExecutor(1) as pool:
        with database.atomic():
            claim.keep()
            attempt = pool.submit(other)
            time.sleep(0.2)
            assert not attempt.done()
        assert attempt.result(10) is False


def work_until_killed(url: str) -> None:
    """Claim the lease and kill this process in the middle of a transaction."""
    opened = open_database(url)
    with opened.connection_context(), claimed(NAME, TTL_S) as claim, opened.atomic():
        assert claim is not None
        claim.keep()
        os.kill(os.getpid(), signal.SIGKILL)


def test_the_lease_of_a_killed_worker_expires(database: Database, database_url: str) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=work_until_killed, args=(database_url,)
    )
    process.start()
    process.join(60)

    assert process.exitcode == -signal.SIGKILL
    with claimed(NAME, TTL_S) as too_early:
        assert too_early is None
    expire()
    with claimed(NAME, TTL_S) as claim:
        assert claim is not None
