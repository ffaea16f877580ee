"""Erasure of a disconnected store's data, in batches, without touching anything else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
    ForeignKeyField,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)

from portal.jobs import ERASE_STORE_DATA
from portal.models import (
    AuditLogEntry,
    EventAttempt,
    Grant,
    Issue,
    Lease,
    Membership,
    Merchant,
    MirrorTable,
    Product,
    Store,
    StoreDataErasure,
    StoreState,
    SuppressionEntry,
    TimelineEntry,
    utc_now,
)
from portal.models.fields import UtcDateTimeField
from portal.models.store_data_tables import copy_tables, count_rows, delete_batch
from portal.rules.connection.issue_kinds import IssueKind, silent_webhooks_texts
from portal.services.connection import erase_store_data as service
from portal.services.connection.erase_store_data import (
    erase_store_data,
    erasure_due_at,
    last_erasure,
    request_due_erasures,
    request_erasure,
    wake_erasures,
)
from portal.services.notifications.issues import open_issue
from portal.services.runtime import Runtime
from tests.factories import make_store, product_row

MORE_THAN_A_PART = service.BATCH + 20
# The change feed's entry that reports the erasure itself.
REPORT = {"ChangeFeedEntry": 1}


def fill(table: type[Model], store_id: int, made: dict[type[Model], Any]) -> Any:
    """Save a row of a table for this store, with all the rows it references."""
    if table in made:
        return made[table]
    values: dict[str, Any] = {}
    for field in table._meta.sorted_fields:
        is_of_store = isinstance(field, ForeignKeyField) and field.rel_model is Store
        if (
            (field.null and not is_of_store)
            or field.default is not None
            or isinstance(field, AutoField)
        ):
            continue
        values[field.name] = value_of(field, store_id, made)
    made[table] = table.create(**values)
    return made[table]


def value_of(field: Any, store_id: int, made: dict[type[Model], Any]) -> Any:
    """Return a valid value for a field."""
    if isinstance(field, ForeignKeyField):
        return store_id if field.rel_model is Store else fill(field.rel_model, store_id, made)
    if field.name == "store_id":
        return store_id
    if isinstance(field, CharField) and (field.unique or field.name == "event_id"):
        return f"one-of-{store_id}"
    if isinstance(field, (IntegerField, BigIntegerField, SmallIntegerField)):
        return 1
    if isinstance(field, (CharField, TextField)):
        return "x"
    return utc_now() if isinstance(field, UtcDateTimeField) else {}


@pytest.fixture
def left(store: Store) -> Store:
    """A disconnected store with rows in every table."""
    return leave(store)


def leave(store: Store) -> Store:
    """Fill every table for the store, and disconnect it."""
    made: dict[type[Model], Any] = {}
    for table in copy_tables():
        fill(table, store.id, made)
        if issubclass(table, MirrorTable):
            table.recount(store.id)
    fill(EventAttempt, store.id, made)
    SuppressionEntry.create(store=store, key=f"key-{store.id}")
    Store.update(state=StoreState.DISCONNECTED, state_changed_at=utc_now()).execute()
    found: Store = Store.get_by_id(store.id)
    return found


def kept_of(store_id: int) -> dict[str, int]:
    """Return the number of remaining rows by table."""
    counts = {table.__name__: count_rows(table, store_id) for table in copy_tables()}
    return {name: count for name, count in counts.items() if count}


def erase_all(runtime: Runtime, store_id: int) -> None:
    """Run the job like the daemon until no erasure is in progress."""
    while StoreDataErasure.in_progress(store_id):
        erase_store_data(runtime, store_id)


def test_all_data_of_the_store_is_erased_and_nothing_else(
    runtime: Runtime, left: Store, merchant: Merchant
) -> None:
    other = leave(make_store(id=1004))
    Product.upsert(product_row(remote_id=number) for number in range(2, MORE_THAN_A_PART))
    open_issue(left.id, IssueKind.WEBHOOKS_SILENT, silent_webhooks_texts("app"))
    theirs = kept_of(other.id)
    assert len(kept_of(left.id)) == len(theirs) == len(copy_tables())

    request_erasure(left.id, merchant)
    erase_all(runtime, left.id)

    assert kept_of(left.id) == REPORT
    assert kept_of(other.id) == theirs
    assert EventAttempt.select().count() == 1
    erasure = last_erasure(left)
    assert erasure is not None
    assert erasure.finished_at is not None
    assert erasure.total == erasure.erased_rows
    assert erasure.erased["Product"] == MORE_THAN_A_PART - 1
    for table in (Membership, Grant, Issue, SuppressionEntry):
        assert table.select().where(table.store == left.id).exists(), table
    assert AuditLogEntry.get().actor == merchant
    reported = [line.what for line in TimelineEntry.select().order_by(TimelineEntry.id)]
    assert reported[-2:] == ["erasure_requested", "store_data_erased"]


def test_counts_on_the_pages_shrink_during_the_erasure(runtime: Runtime, store: Store) -> None:
    Product.upsert(product_row(remote_id=number) for number in range(1, 6))
    Product.mark_deleted(Product.matching(store.id, [2]), read_at=utc_now())

    counts = []
    while delete_batch(Product, store.id, 2):
        live = Product.select().where(Product.deleted_at.is_null()).count()
        counts.append((Product.live_count(store.id), live))

    assert len(counts) == 3
    assert [shown for shown, _ in counts] == [live for _, live in counts]


def test_interrupted_erasure_continues(
    runtime: Runtime, left: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Product.upsert(product_row(remote_id=number) for number in range(2, MORE_THAN_A_PART))
    request_erasure(left.id)
    with monkeypatch.context() as patched:
        patched.setattr(service, "TIME_SLICE_S", -1.0)
        erase_store_data(runtime, left.id)
    cut_off = StoreDataErasure.in_progress(left.id)
    assert cut_off is not None
    runtime.redis.flushall()
    waiting = wake_erasures(runtime)

    erase_all(runtime, left.id)

    assert cut_off.total is not None
    assert waiting == 1
    assert kept_of(left.id) == REPORT


def test_erasure_waits_for_a_drain_that_may_still_write(runtime: Runtime, left: Store) -> None:
    request_erasure(left.id)
    Lease.acquire(f"drain:{left.id}", "worker", 30)

    erase_store_data(runtime, left.id)
    before = kept_of(left.id)
    Lease.release(f"drain:{left.id}", "worker")
    erase_store_data(runtime, left.id)

    assert len(before) == len(copy_tables())
    assert kept_of(left.id) == REPORT


def test_data_is_erased_after_the_configured_time(runtime: Runtime, left: Store) -> None:
    assert request_due_erasures(runtime) == 0
    long_ago = utc_now() - timedelta(days=runtime.settings.mirror_retention_days)
    Store.update(state_changed_at=long_ago).execute()
    store = Store.get_by_id(left.id)

    asked = [request_due_erasures(runtime) for _again in range(2)]
    erase_all(runtime, left.id)

    assert asked == [1, 0]
    assert request_due_erasures(runtime) == 0
    assert kept_of(left.id) == REPORT
    assert erasure_due_at(store, 30) == long_ago + timedelta(days=30)
    assert not AuditLogEntry.select().exists()


def test_connected_store_is_never_due(runtime: Runtime, left: Store) -> None:
    Store.update(
        state=StoreState.RECONNECT, state_changed_at=utc_now() - timedelta(days=99)
    ).execute()

    assert request_due_erasures(runtime) == 0
    assert erasure_due_at(Store.get_by_id(left.id), 30) is None


def test_second_request_changes_nothing(runtime: Runtime, left: Store) -> None:
    assert request_erasure(left.id)
    assert not request_erasure(left.id)
    assert wake_erasures(runtime) == 1
    assert runtime.redis.llen(f"rq:queue:{ERASE_STORE_DATA.queue}") == 1


def test_nothing_is_erased_without_a_request(runtime: Runtime, left: Store) -> None:
    erase_store_data(runtime, left.id)

    assert len(kept_of(left.id)) == len(copy_tables())
