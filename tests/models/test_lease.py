"""Only one worker has a lease, and it expires when its owner dies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from peewee import Database

from portal.models import Lease, utc_now

NAME = "sync:1003"
RACERS = 8


def let_lapse(name: str = NAME) -> None:
    """Expire the lease, as if its owner had died a while ago."""
    Lease.update(expires_at=utc_now() - timedelta(seconds=1)).where(Lease.name == name).execute()


def test_free_lease_is_acquired_for_the_requested_time(database: Database) -> None:
    before = utc_now()

    taken = Lease.acquire(NAME, "worker-1", ttl_s=60)

    assert taken
    assert timedelta(seconds=60) <= Lease.get().expires_at - before < timedelta(seconds=70)
    assert Lease.is_held(NAME)


def test_another_owner_cannot_acquire_a_lease(database: Database) -> None:
    Lease.acquire(NAME, "worker-1", ttl_s=60)

    assert not Lease.acquire(NAME, "worker-2", ttl_s=60)
    assert Lease.get().owner == "worker-1"


def test_owner_can_extend_a_lease(database: Database) -> None:
    Lease.acquire(NAME, "worker-1", ttl_s=60)

    extended = Lease.acquire(NAME, "worker-1", ttl_s=600)

    assert extended
    assert Lease.get().expires_at > utc_now() + timedelta(seconds=500)


def test_expired_lease_is_free(database: Database) -> None:
    Lease.acquire(NAME, "worker-1", ttl_s=60)
    let_lapse()

    assert not Lease.is_held(NAME)
    assert Lease.acquire(NAME, "worker-2", ttl_s=60)
    assert not Lease.acquire(NAME, "worker-1", ttl_s=60)


def test_released_lease_is_free(database: Database) -> None:
    Lease.acquire(NAME, "worker-1", ttl_s=60)

    Lease.release(NAME, "worker-1")

    assert not Lease.is_held(NAME)
    assert Lease.acquire(NAME, "worker-2", ttl_s=60)


def test_late_release_does_not_affect_the_new_owner(database: Database) -> None:
    Lease.acquire(NAME, "worker-1", ttl_s=60)
    let_lapse()
    Lease.acquire(NAME, "worker-2", ttl_s=60)

    Lease.release(NAME, "worker-1")

    assert Lease.is_held(NAME)


def test_leases_of_different_names_are_independent(database: Database) -> None:
    Lease.acquire(NAME, "worker-1", ttl_s=60)

    assert not Lease.is_held("sync:2002")
    assert Lease.acquire("sync:2002", "worker-2", ttl_s=60)


def test_ids_with_a_held_lease_are_found_by_their_prefix(database: Database) -> None:
    for name in ("run:1", "run:2", "run:3"):
        Lease.acquire(name, "worker-1", ttl_s=60)
    let_lapse("run:2")

    assert sorted(Lease.held_ids("run:").tuples()) == [(1,), (3,)]
    assert list(Lease.held_ids("drain:").tuples()) == []


@pytest.mark.parametrize("is_lapsed", [False, True], ids=["never held", "lapsed"])
def test_exactly_one_of_many_racing_workers_wins(database: Database, is_lapsed: bool) -> None:
    if is_lapsed:
        Lease.acquire(NAME, "worker-dead", ttl_s=60)
        let_lapse()
    start = Barrier(RACERS)

    def race(number: int) -> bool:
        with database.connection_context():
            start.wait(10)
            return Lease.acquire(NAME, f"worker-{number}", ttl_s=60)

    with ThreadPoolExecutor(RACERS) as pool:
        wins = list(pool.map(race, range(RACERS)))

    assert wins.count(True) == 1
    assert Lease.get().owner == f"worker-{wins.index(True)}"
