"""The stored count of a mirrored table equals the number of its rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from portal.models import MirrorCount, Product, Store, database
from tests.factories import UPDATED_AT, make_store, product_row

MINUTE = timedelta(minutes=1)
STORES = (1003, 2002)

writes = st.tuples(
    st.sampled_from(["upsert", "mark deleted"]),
    st.sampled_from(STORES),
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.integers(0, 3),
)


@pytest.fixture
def store(database: Database) -> Store:
    """A store; there is another one, too."""
    make_store(id=2002)
    return make_store(id=1003)


def write(how: str, store_id: int, ids: list[int], minute: int) -> None:
    """Write the result of a read at this minute."""
    read_at = UPDATED_AT + minute * MINUTE
    with database.atomic():
        if how == "upsert":
            Product.upsert(
                product_row(store=store_id, remote_id=remote_id, synced_at=read_at)
                for remote_id in ids
            )
        else:
            Product.mark_deleted(Product.matching(store_id, ids), read_at=read_at)


def counted(store_id: int) -> int:
    """Return the number of a store's live products, counted row by row."""
    live = Product.select().where(Product.store == store_id, Product.deleted_at.is_null())
    count: int = live.count()
    return count


@pytest.mark.promise(11)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=st.lists(writes, max_size=8))
def test_count_is_right_after_any_writes(store: Store, history: list[Any]) -> None:
    Product.delete().execute()
    MirrorCount.delete().execute()

    for how, store_id, ids, minute in history:
        write(how, store_id, ids, minute)
        assert [Product.live_count(each) for each in STORES] == [counted(each) for each in STORES]


def test_count_belongs_to_one_table_of_one_store(store: Store) -> None:
    write("upsert", 1003, [1, 2], 0)
    write("upsert", 2002, [1], 0)

    assert Product.live_counts(STORES) == {1003: 2, 2002: 1}
    assert Product.live_count(4711) == 0
    assert {count.mirror_table for count in MirrorCount.select()} == {"product"}


def test_rolled_back_write_is_not_counted(store: Store) -> None:
    with database.atomic() as transaction:
        write("upsert", 1003, [1], 0)
        transaction.rollback()

    assert Product.live_count(1003) == counted(1003) == 0


def test_concurrent_writers_count_a_new_record_once(store: Store) -> None:
    def worker(number: int) -> None:
        with database.connection_context():
            for start in range(1, 40):
                how = "mark deleted" if (start + number) % 3 == 0 else "upsert"
                write(how, 1003, list(range(start, start + 9)), start)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(worker, range(4)))

    assert Product.live_count(1003) == counted(1003)


def test_recount_corrects_a_wrong_count(store: Store) -> None:
    write("upsert", 1003, [1, 2, 3], 0)
    MirrorCount.update(live=17).execute()

    assert Product.recount(1003) == 3
    assert Product.live_count(1003) == 3


def test_counts_are_deleted_with_their_store(store: Store) -> None:
    write("upsert", 1003, [1], 0)

    Store.delete().where(Store.id == 1003).execute()

    assert not MirrorCount.select().exists()
