"""The mirror keeps the newest version of a record, whatever the order of writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import AutoField, Database

from portal.models import Category, MirrorTable, Product, Store, Variation
from portal.models.bulk import ROWS_PER_STATEMENT, to_stored_row
from portal.models.last_write_wins import UpsertResult
from portal.models.search_lookup import find_ids
from portal.rules.records.search_text import required_parts
from tests.factories import UPDATED_AT, make_store, product_row

MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(database: Database) -> Store:
    return make_store()


def version(updated: int, read: int, **changes: Any) -> dict[str, Any]:
    """Return product 5 as changed at minute ``updated`` and read at minute ``read``."""
    moments = {
        "remote_updated_at": UPDATED_AT + updated * MINUTE,
        "synced_at": UPDATED_AT + read * MINUTE,
    }
    return product_row(**{"name": f"changed {updated}, read {read}", **moments, **changes})


def names() -> list[str]:
    return [row.name for row in Product.select().order_by(Product.remote_id)]


def test_upsert_inserts_a_whole_row(store: Store) -> None:
    row = product_row(sku="MUG-1", quantity=7, category_ids=[7], raw={"price": Decimal("24.90")})

    written = Product.upsert([row])

    kept = Product.get()
    assert written == 1
    assert {name: kept.__data__[name] for name in row} == row


def test_later_version_replaces_every_column(store: Store) -> None:
    Product.upsert([version(0, 1, sku="OLD", quantity=7, thumbnail_url="https://clay.example/1")])

    Product.upsert([version(2, 3, sku="NEW")])

    kept = Product.get()
    assert (kept.name, kept.sku) == ("changed 2, read 3", "NEW")
    assert (kept.quantity, kept.thumbnail_url) == (None, None)
    assert kept.synced_at == UPDATED_AT + 3 * MINUTE


@pytest.mark.promise(4)
def test_page_read_before_an_event_does_not_overwrite_its_changes(
    store: Store,
) -> None:
    Product.upsert([version(5, 6)])

    written = Product.upsert([version(0, 4)])

    assert written == 0
    assert names() == ["changed 5, read 6"]


@pytest.mark.promise(4)
def test_later_of_two_reads_of_one_change_wins(store: Store) -> None:
    Product.upsert([version(0, 4, quantity=1)])
    Product.upsert([version(0, 6, quantity=2)])
    Product.upsert([version(0, 5, quantity=3)])

    assert Product.get().quantity == 2


def test_writing_the_same_read_twice_changes_nothing(store: Store) -> None:
    Product.upsert([version(0, 1)])
    before = Product.get().__data__

    Product.upsert([version(0, 1)])

    assert Product.get().__data__ == before


@pytest.mark.promise(4)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    versions=st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6, unique=True
    ),
    data=st.data(),
)
def test_any_order_and_batching_of_versions_ends_in_the_newest(
    store: Store, versions: list[tuple[int, int]], data: st.DataObject
) -> None:
    Product.delete().execute()
    waiting = [version(updated, read) for updated, read in data.draw(st.permutations(versions))]

    while waiting:
        size = data.draw(st.integers(1, len(waiting)))
        Product.upsert(waiting[:size])
        waiting = waiting[size:]

    updated, read = max(versions)
    assert names() == [f"changed {updated}, read {read}"]


def test_record_that_is_twice_in_a_page_is_written_once(store: Store) -> None:
    written = Product.upsert([version(2, 3), version(0, 3), version(0, 3, remote_id=6)])

    assert written == 2
    assert names() == ["changed 2, read 3", "changed 0, read 3"]


def test_more_rows_than_fit_one_statement_are_all_written(store: Store) -> None:
    ids = range(1, ROWS_PER_STATEMENT + 2)

    written = Product.upsert(version(0, 1, remote_id=remote_id) for remote_id in ids)

    assert written == len(ids) == Product.select().count()


def test_upsert_of_no_rows_does_nothing(store: Store) -> None:
    assert Product.upsert([]) == 0


def test_same_id_in_another_store_is_another_record(store: Store) -> None:
    make_store(id=2002)

    Product.upsert([version(0, 1), version(0, 1, store=2002)])

    assert Product.select().count() == 2


def test_mark_deleted_keeps_the_row_and_sets_the_time(store: Store) -> None:
    Product.upsert([version(0, 1)])
    before = datetime.now(UTC)

    marked = Product.mark_deleted(Product.remote_id == 5, read_at=UPDATED_AT + 2 * MINUTE)

    kept = Product.get()
    assert marked == 1
    assert before <= kept.deleted_at <= datetime.now(UTC)
    assert kept.name == "changed 0, read 1"


def test_mark_deleted_affects_only_matching_rows(store: Store) -> None:
    Product.upsert([version(0, 1), version(0, 1, remote_id=6)])

    Product.mark_deleted(Product.remote_id == 5, read_at=UPDATED_AT + 2 * MINUTE)

    assert [row.remote_id for row in Product.select().where(Product.deleted_at.is_null())] == [6]


def test_marking_twice_keeps_the_first_time(store: Store) -> None:
    Product.upsert([version(0, 1)])
    Product.mark_deleted(Product.remote_id == 5, read_at=UPDATED_AT + 2 * MINUTE)
    first = Product.get().deleted_at

    marked = Product.mark_deleted(Product.remote_id == 5, read_at=UPDATED_AT + 3 * MINUTE)

    assert marked == 0
    assert Product.get().deleted_at == first


@pytest.mark.promise(6)
def test_absence_seen_before_the_row_was_read_deletes_nothing(store: Store) -> None:
    Product.upsert([version(0, 5)])

    marked = Product.mark_deleted(Product.remote_id == 5, read_at=UPDATED_AT + 4 * MINUTE)

    assert marked == 0
    assert Product.get().deleted_at is None


@pytest.mark.parametrize("updated", [0, 7], ids=["unchanged", "changed"])
def test_later_read_makes_a_deleted_record_live_again(store: Store, updated: int) -> None:
    Product.upsert([version(0, 1)])
    Product.mark_deleted(Product.remote_id == 5, read_at=UPDATED_AT + 2 * MINUTE)

    Product.upsert([version(updated, 8)])

    assert Product.get().deleted_at is None


@pytest.mark.promise(4)
@pytest.mark.parametrize("updated", [0, 3], ids=["unchanged", "changed"])
@pytest.mark.parametrize("read", [3, 4], ids=["before", "at the same time"])
def test_read_no_later_than_the_deletion_does_not_make_a_record_live(
    store: Store, updated: int, read: int
) -> None:
    Product.upsert([version(0, 1)])
    Product.mark_deleted(Product.remote_id == 5, read_at=UPDATED_AT + 4 * MINUTE)

    written = Product.upsert([version(updated, read)])

    assert written == 0
    assert Product.get().deleted_at is not None


@pytest.mark.promise(4)
def test_read_before_the_second_deletion_does_not_make_a_record_live(store: Store) -> None:
    Product.upsert([version(0, 1)])
    Product.mark_deleted(Product.remote_id == 5, read_at=UPDATED_AT + 2 * MINUTE)
    Product.mark_deleted(Product.remote_id == 5, read_at=UPDATED_AT + 4 * MINUTE)

    written = Product.upsert([version(3, 3)])

    assert written == 0
    assert Product.get().deleted_at is not None


@pytest.mark.promise(4)
def test_category_page_read_before_the_deletion_does_not_make_it_live(store: Store) -> None:
    def read_at(minute: int) -> dict[str, Any]:
        moment = UPDATED_AT + minute * MINUTE
        times = {"remote_updated_at": moment, "synced_at": moment}
        return {"store": 1003, "remote_id": 7, "name": "Mugs", "raw": {}, **times}

    Category.upsert([read_at(0)])
    Category.mark_deleted(Category.remote_id == 7, read_at=UPDATED_AT + 2 * MINUTE)

    Category.upsert([read_at(1)])

    assert Category.get().deleted_at is not None


@pytest.mark.promise(6)
def test_unseen_live_rows_are_listed_page_by_page(store: Store) -> None:
    make_store(id=2002)
    Product.upsert([version(0, 1, remote_id=number) for number in (9, 5, 6, 7, 8)])
    Product.upsert([version(0, 3, remote_id=6), version(0, 1, remote_id=4, store=2002)])
    Product.mark_deleted(Product.remote_id == 7, read_at=UPDATED_AT + MINUTE)
    since = UPDATED_AT + 2 * MINUTE

    first = Product.ids_not_read_since(1003, since=since, after=0, limit=2)
    rest = Product.ids_not_read_since(1003, since=since, after=first[-1], limit=2)

    assert (first, rest) == ([5, 8], [9])


def test_row_read_at_that_very_moment_is_seen(store: Store) -> None:
    Product.upsert([version(0, 1)])

    assert Product.ids_not_read_since(1003, since=UPDATED_AT + MINUTE, after=0, limit=2) == []


@pytest.mark.parametrize("table", [Product, Variation, Category])
def test_every_mirrored_table_is_keyed_by_store_and_remote_id(table: type[MirrorTable]) -> None:
    assert tuple(table.key_fields()) == ("store", "remote_id")


def test_mirrored_table_without_such_a_key_is_rejected() -> None:
    class Keyless(MirrorTable):
        id = AutoField()

    with pytest.raises(TypeError, match="Keyless must be identified by its store and remote id"):
        Keyless.key_fields()


def test_mirror_is_deleted_with_its_store(store: Store) -> None:
    Product.upsert([version(0, 1)])

    store.delete_instance()

    assert Product.select().count() == 0


def test_unchanged_created_and_changed_rows_are_distinguished(store: Store) -> None:
    Product.upsert([version(0, 1), version(0, 1, remote_id=6), version(0, 1, remote_id=7)])
    Product.mark_deleted(Product.matching(store.id, [7]), read_at=UPDATED_AT + 2 * MINUTE)

    again = [
        version(0, 3),
        version(1, 3, remote_id=6),
        version(0, 3, remote_id=7),
        version(0, 3, remote_id=8),
    ]

    done = Product.write(to_stored_row(Product, row) for row in again)

    assert (done.written, done.unchanged) == (4, 1)
    assert (done.created, done.changed, done.inserted) == ([7, 8], [6], [8])
    assert Product.write([]) == UpsertResult(0, 0, [], [], [])


@pytest.mark.parametrize("is_known", [False, True])
def test_record_is_found_by_the_punctuation_in_its_name(store: Store, *, is_known: bool) -> None:
    # All of these have a meaning in the text of a PostgreSQL array.
    name = r'Pipe 5" \o/ {a,b} NULL'
    versions = [version(0, 1, name="Pipe")] if is_known else []

    for row in (*versions, version(1, 2, name=name)):
        Product.upsert([row])

    for typed in ('5"', r"\o/", "{a,b}", "null", name):
        assert find_ids(Product, store.id, required_parts(typed), 2) == [5]


@pytest.mark.promise(4)
def test_second_change_within_one_second_counts_as_changed(store: Store) -> None:
    Product.upsert([version(0, 1, raw={"id": 5, "price": Decimal("24.90")})])

    second = version(0, 2, raw={"id": 5, "price": Decimal("19.90")})
    reordered = version(0, 3, raw={"price": Decimal("19.9"), "id": 5})
    done = [Product.write([to_stored_row(Product, row)]) for row in (second, reordered, reordered)]

    assert [(part.unchanged, part.changed) for part in done] == [(0, [5]), (1, []), (1, [])]
    assert Product.get().raw == {"id": 5, "price": Decimal("19.90")}


@pytest.mark.promise(4)
def test_earlier_read_of_the_same_second_changes_nothing(store: Store) -> None:
    Product.upsert([version(0, 2, raw={"price": 2})])

    done = Product.write([to_stored_row(Product, version(0, 1, raw={"price": 1}))])

    assert (done.written, done.unchanged, done.created, done.changed) == (0, 0, [], [])
    assert Product.get().raw == {"price": 2}


@pytest.mark.parametrize(("price", "unchanged"), [("24.90", 1), ("25.90", 0)])
def test_whole_record_is_compared_if_there_is_no_update_time(
    store: Store, price: str, unchanged: int
) -> None:
    Product.upsert([version(1, 1, raw={"price": Decimal("24.90")})])

    again = version(5, 5, raw={"price": Decimal(price)})

    assert Product.write([to_stored_row(Product, again)]).unchanged == unchanged
