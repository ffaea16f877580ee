"""Search of the audit log by person, store, action and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from peewee import Database

from portal.models import ApiKey, AuditLogEntry, Membership, Merchant
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key
from portal.services.operator.audit_log import (
    EXPORT_PAGE,
    AuditFilter,
    find_actor,
    iter_entries,
    list_entries,
    matching_entries,
)
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.query_plans import plan_of

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """SQLite and PostgreSQL, one after the other."""
    return database_url


@pytest.fixture
def merchant(runtime: Runtime) -> Merchant:
    """A merchant with a store and an API key, whose entry is deleted."""
    merchant = make_merchant(email="ada@example.com")
    make_store(merchant)
    create_key(merchant, "ERP", KeyScope)
    AuditLogEntry.delete().execute()
    return merchant


def targets(wanted: AuditFilter) -> list[str]:
    """Return the targets of the first page, newest first."""
    return [entry.target for entry in list_entries(wanted).rows]


def record(target: str, **facts: object) -> None:
    """Record an entry of the merchant's store."""
    AuditLogEntry.record(Membership.get().store_id, AuditAction.RUN_STARTED, target, **facts)


def test_entries_are_found_by_person_key_and_command(merchant: Merchant) -> None:
    record("a", actor=merchant)
    record("b", actor=merchant, actor_name=f"api_key {ApiKey.get().id}")
    record("c", actor_name="command line")

    def by(text: str) -> list[str]:
        return targets(AuditFilter(actor=find_actor(text)))

    assert by("Ada@Example.com") == ["b", "a"]
    assert by(f"mp_{ApiKey.get().prefix}") == by(f"api_key {ApiKey.get().id}") == ["b"]
    assert by("command line") == ["c"]
    assert (find_actor("nobody@example.com"), find_actor("mp_unknown")) == (None, None)


def test_entries_of_a_deleted_account_are_found_by_its_number(merchant: Merchant) -> None:
    record("a", actor=merchant)
    merchant.delete_instance()

    assert targets(AuditFilter(actor=f"merchant {merchant.id}")) == ["a"]


def test_entries_are_found_by_store_and_action(merchant: Merchant) -> None:
    other = make_store(id=2004)
    record("a")
    AuditLogEntry.record(other.id, AuditAction.RUN_CANCELED, "b")
    AuditLogEntry.record(None, AuditAction.RUN_CANCELED, "c")

    assert targets(AuditFilter(store_id=other.id)) == ["b"]
    assert targets(AuditFilter(action=AuditAction.RUN_CANCELED)) == ["c", "b"]
    assert targets(AuditFilter(store_id=other.id, action=AuditAction.RUN_STARTED)) == []


def test_time_range_includes_its_start_and_ids_out_of_order(merchant: Merchant) -> None:
    # Clocks of processes differ a little, so the third entry has an earlier time than the second.
    for seconds in (-3600, 5, 0, -1, 3600):
        record(str(seconds))
        newest = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).first()
        newest.happened_at = NOON + timedelta(seconds=seconds)
        newest.save()

    def between(since: int | None, until: int | None) -> list[str]:
        times = [None if at is None else NOON + timedelta(seconds=at) for at in (since, until)]
        return targets(AuditFilter(since=times[0], until=times[1]))

    assert between(0, 3600) == ["0", "5"]
    assert between(0, None) == ["3600", "0", "5"]
    assert between(None, 5) == ["-1", "0", "-3600"]
    assert between(-7200, 7200) == ["3600", "-1", "0", "5", "-3600"]
    assert between(7200, None) == []


def test_export_yields_every_entry_once(merchant: Merchant) -> None:
    row = {"actor_name": "ecwid", "action": AuditAction.RUN_STARTED, "target": "x"}
    count = EXPORT_PAGE + 3
    AuditLogEntry.insert_many([row] * count).execute()

    parts = list(iter_entries(AuditFilter()))

    ids = [entry.id for part in parts for entry in part]
    assert [len(part) for part in parts] == [EXPORT_PAGE, 3]
    assert ids == sorted(set(ids), reverse=True)


# Filters of one or two columns, by the columns that the index begins with.
INDEXED = {
    "actor_id_id": AuditFilter(actor="merchant 1"),
    "actor_name_id": AuditFilter(actor="command line"),
    "store_id_id": AuditFilter(store_id=1003),
    "action_id": AuditFilter(action=AuditAction.RUN_STARTED),
    "actor_id_action_id": AuditFilter("merchant 1", action=AuditAction.RUN_STARTED),
    "actor_name_action_id": AuditFilter("api_key 1", action=AuditAction.RUN_STARTED),
    "store_id_action_id": AuditFilter(store_id=1003, action=AuditAction.RUN_STARTED),
}


def record_many(database: Database, merchant: Merchant) -> None:
    """Record 4,000 entries, of which each filter finds a few, and count their values."""
    actors = ["command line", "api_key 1", *(f"api_key {number}" for number in range(100, 198))]
    actions = [AuditAction.RUN_STARTED, *list(AuditAction)[:39]]
    store_id = Membership.get().store_id
    AuditLogEntry.insert_many(
        {
            "actor": merchant.id if number % 100 == 2 else None,
            "actor_name": actors[number % 100],
            "store": store_id if number % 100 == 3 else None,
            "action": actions[number // 100],
            "target": "x",
        }
        for number in range(4_000)
    ).execute()
    database.execute_sql("ANALYZE audit_log_entry")


@pytest.mark.promise(11)
@pytest.mark.parametrize("index", INDEXED)
def test_page_is_read_with_the_index_of_its_filter(
    merchant: Merchant, database: Database, index: str
) -> None:
    page = matching_entries(INDEXED[index]).order_by(AuditLogEntry.id.desc()).limit(26)

    with database.atomic() as transaction:
        record_many(database, merchant)
        plan = plan_of(database, page)
        transaction.rollback()

    assert f" audit_log_entry_{index} " in plan
    assert "TEMP B-TREE" not in plan
