"""Migrations give an empty database exactly the schema of the models, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from peewee import Database, PostgresqlDatabase

from portal.models import (
    TABLES,
    Category,
    Coupon,
    Customer,
    Issue,
    Order,
    Store,
)
from portal.models.migrations import DIRECTORY, RENAMED, migrate, pending
from portal.models.search_lookup import find_ids
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES, IssueKind

SCRIPTS = sorted(path.stem for path in DIRECTORY.glob("[0-9]*.py"))
# Names that databases recorded before the scripts were renumbered.
FORMER_NAMES = {name: former for former, name in RENAMED.items()}
NAMES = [table._meta.table_name for table in TABLES]

POSTGRESQL_COLUMNS = """
SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s ORDER BY 1"""
POSTGRESQL_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ('"' || %s || '"')::regclass ORDER BY 1"""
# Only migrations create the search index, because it differs between the databases.
POSTGRESQL_INDEXES = """SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = %s AND indexname NOT IN ('search_document_terms', 'search_document_name')
ORDER BY 1"""
SEARCH_INDEX = {f"search_index{part}" for part in ("", "_config", "_data", "_idx")}

EARLIER_ROWS = (
    """INSERT INTO store (id, name, url, currency, timezone, plan_name, plan_level,
missing_features, features, state, state_since_at, webhook_health, created_at, connected_at)
VALUES (1003, 'Clay', '', 'EUR', '', '', '', '[]', '[]', 'working', '2026-03-01 00:00+00',
'', '2026-03-01 00:00+00', '2026-03-01 00:00+00')""",
    """INSERT INTO "order" (store_id, remote_id, raw, remote_updated_at, synced_at, number,
item_count) VALUES (1003, 90, '{}', '2026-03-01 00:00+00', '2026-03-02 00:00+00', 'EBJFT', 0)""",
    """INSERT INTO customer (store_id, remote_id, raw, remote_updated_at, synced_at, email, name,
accepts_marketing) VALUES (1003, 12, '{}', '2026-03-01 00:00+00', '2026-03-02 00:00+00',
'ada@shopper.example', 'Ada Adler', TRUE)""",
)


@dataclass(frozen=True)
class TableSchema:
    """Columns, constraints and indexes of one table, as the database reports them."""

    columns: list[tuple[Any, ...]]
    constraints: list[tuple[Any, ...]]
    indexes: list[tuple[Any, ...]]


def schema_of(database: Database, name: str) -> TableSchema:
    def rows(sql: str) -> list[tuple[Any, ...]]:
        marker = "%s" if "%s" in sql else "?"
        return database.execute_sql(sql, (name,) * sql.count(marker)).fetchall()

    if "Postgresql" in type(database).__name__:
        return TableSchema(
            rows(POSTGRESQL_COLUMNS), rows(POSTGRESQL_CONSTRAINTS), rows(POSTGRESQL_INDEXES)
        )
    return TableSchema(
        rows("SELECT name, type, `notnull`, dflt_value, pk FROM pragma_table_info(?) ORDER BY 1"),
        rows("SELECT * FROM pragma_foreign_key_list(?) ORDER BY 3, 4"),
        # The table's own SQL differs, because a column that was added later comes last there.
        rows(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
            " AND name <> 'search_document_name' ORDER BY 1"
        ),
    )


def schema(database: Database) -> dict[str, TableSchema]:
    return {name: schema_of(database, name) for name in NAMES}


def record_former_names(database: Database) -> None:
    """Make the database look as if it had been migrated before the renumbering."""
    with database.connection_context():
        marker = "%s" if isinstance(database, PostgresqlDatabase) else "?"
        for former, name in RENAMED.items():
            database.execute_sql(
                f"UPDATE schema_migration SET name = {marker} WHERE name = {marker}", (former, name)
            )


def recorded_names(database: Database) -> set[str]:
    with database.connection_context():
        return {name for (name,) in database.execute_sql("SELECT name FROM schema_migration")}


def test_scripts_are_numbered_uniquely_and_without_gaps() -> None:
    numbers = [name.partition("_")[0] for name in SCRIPTS]

    assert numbers == [f"{number:04}" for number in range(1, len(SCRIPTS) + 1)]


def test_renamed_script_exists_only_under_its_new_name() -> None:
    assert set(RENAMED.values()) <= set(SCRIPTS)
    assert not set(RENAMED) & set(SCRIPTS)


def test_former_names_put_the_scripts_in_the_same_order() -> None:
    former = [FORMER_NAMES.get(name, name) for name in SCRIPTS]

    assert former == sorted(former)


def test_empty_database_lacks_every_script(empty_database: Database) -> None:
    assert pending(empty_database) == SCRIPTS


def test_migrating_applies_pending_scripts_and_then_nothing(empty_database: Database) -> None:
    assert migrate(empty_database) == SCRIPTS
    assert pending(empty_database) == []
    assert migrate(empty_database) == []


def test_migrating_stops_at_the_target(empty_database: Database) -> None:
    applied = migrate(empty_database, target=SCRIPTS[0])

    assert applied == SCRIPTS[:1]
    assert pending(empty_database) == SCRIPTS[1:]


def test_migrating_creates_every_table_and_no_other(empty_database: Database) -> None:
    migrate(empty_database)

    with empty_database.connection_context():
        tables = set(empty_database.get_tables()) - SEARCH_INDEX
        assert tables == {*NAMES, "schema_migration"}


def test_migrated_schema_equals_that_of_the_models(empty_database: Database) -> None:
    migrate(empty_database)

    with empty_database.connection_context():
        migrated = schema(empty_database)
        empty_database.drop_tables(TABLES)
        empty_database.create_tables(TABLES)
        made_by_models = schema(empty_database)

    for name in NAMES:
        assert migrated[name] == made_by_models[name], name
        assert len(migrated[name].columns) > 1, name


def test_comparison_includes_foreign_keys_and_their_delete_actions(
    empty_database: Database,
) -> None:
    migrate(empty_database)

    with empty_database.connection_context():
        found = repr(schema_of(empty_database, "grant"))

    assert "CASCADE" in found
    assert "SET NULL" in found


def test_migration_keeps_existing_rows(empty_database: Database) -> None:
    migrate(empty_database)
    with empty_database.connection_context():
        empty_database.execute_sql(
            "INSERT INTO lease (name, owner, expires_at) VALUES ('a', 'b', '2026-03-01 00:00+00')"
        )

    migrate(empty_database)

    with empty_database.connection_context():
        assert empty_database.execute_sql("SELECT name FROM lease").fetchall() == [("a",)]


def test_every_earlier_schema_becomes_the_newest(empty_database: Database) -> None:
    # Each step starts at the schema of an earlier version. A new database for each version would
    # run 500 migrations instead of 30.
    for name in SCRIPTS:
        assert migrate(empty_database, target=name) == [name]

    with empty_database.connection_context():
        migrated = schema(empty_database)
        empty_database.drop_tables(TABLES)
        empty_database.create_tables(TABLES)
        assert migrated == schema(empty_database)


def test_database_with_former_names_lacks_nothing(empty_database: Database) -> None:
    migrate(empty_database)
    record_former_names(empty_database)
    recorded = recorded_names(empty_database)

    assert set(RENAMED) <= recorded
    assert pending(empty_database) == []
    assert migrate(empty_database) == []
    assert recorded_names(empty_database) == recorded


def test_database_with_former_names_gets_only_the_missing_scripts(
    empty_database: Database,
) -> None:
    for number, name in enumerate(SCRIPTS):
        assert migrate(empty_database, target=name) == [name]
        record_former_names(empty_database)

        assert pending(empty_database) == SCRIPTS[number + 1 :]


def test_orders_and_customers_of_an_earlier_schema_get_their_sort_columns(
    empty_database: Database,
) -> None:
    migrate(empty_database, target="0003_orders_customers_coupons")
    with empty_database.connection_context():
        for statement in EARLIER_ROWS:
            empty_database.execute_sql(statement)

    migrate(empty_database)

    with empty_database.connection_context():
        order, customer = Order.get(), Customer.get()
    assert order.remote_created_at == customer.remote_created_at == order.remote_updated_at
    assert customer.email_as_given == "ada@shopper.example"


def test_coupon_codes_of_an_earlier_schema_get_their_keys(empty_database: Database) -> None:
    migrate(empty_database, target="0027_standard_names")
    with empty_database.connection_context():
        empty_database.execute_sql(EARLIER_ROWS[0].replace("state_since_at", "state_changed_at"))
        for remote_id, code in (
            (1, "' ÄRMEL-5'"),
            (2, "' ÄRMEL-5'"),
            (3, "NULL"),
            (4, "'KIŞ'"),
            (5, "'k\u0131ş'"),
        ):
            empty_database.execute_sql(
                'INSERT INTO "order" (store_id, remote_id, raw, remote_updated_at, synced_at,'
                " number, item_count, remote_created_at, coupon_code) VALUES (1003, "
                f"{remote_id}, '{{}}', '2026-03-01 00:00+00', '2026-03-02 00:00+00', 'N', 0,"
                f" '2026-03-01 00:00+00', {code})"
            )
        empty_database.execute_sql(
            "INSERT INTO coupon (store_id, remote_id, raw, remote_updated_at, synced_at, code)"
            " VALUES (1003, 7, '{}', '2026-03-01 00:00+00', '2026-03-02 00:00+00', 'Ten')"
        )

    migrate(empty_database)

    with empty_database.connection_context():
        keys = {row.remote_id: row.coupon_code_key for row in Order.select()}
        assert keys == {1: "ärmel-5", 2: "ärmel-5", 3: None, 4: "kiş", 5: "kiş"}
        assert (Coupon.get().code, Coupon.get().code_key) == ("Ten", "ten")


def test_records_of_an_earlier_schema_are_counted(empty_database: Database) -> None:
    migrate(empty_database, target="0006_event_attempts")
    with empty_database.connection_context():
        empty_database.execute_sql(EARLIER_ROWS[0])
        for remote_id, deleted in ((1, "NULL"), (2, "NULL"), (3, "'2026-03-02 00:00+00'")):
            empty_database.execute_sql(
                "INSERT INTO category (store_id, remote_id, raw, remote_updated_at, synced_at,"
                " name, is_enabled, deleted_at) VALUES (1003, "
                f"{remote_id}, '{{}}', '2026-03-01 00:00+00', '2026-03-02 00:00+00', 'Mugs', TRUE, "
                f"{deleted})"
            )

    migrate(empty_database)

    with empty_database.connection_context():
        assert Category.live_count(1003) == 2
        assert Order.live_count(1003) == 0


def test_records_of_an_earlier_schema_can_be_searched(empty_database: Database) -> None:
    migrate(empty_database, target="0003_orders_customers_coupons")
    with empty_database.connection_context():
        for statement in EARLIER_ROWS:
            empty_database.execute_sql(statement)
        empty_database.execute_sql("UPDATE customer SET name = 'Ärmel', email = 'ÄRMEL@a.example'")
        empty_database.execute_sql("UPDATE \"order\" SET deleted_at = '2026-03-02 00:00+00'")

    migrate(empty_database)

    with empty_database.connection_context():
        assert find_ids(Customer, 1003, ["armel@", "rme"], 9) == [12]
        assert Customer.get().email == "ärmel@a.example"
        assert find_ids(Order, 1003, ["ebj"], 9) == []


def test_store_stopped_before_issues_existed_gets_one(
    empty_database: Database,
) -> None:
    dead, uninstalled, left, open_already, works = range(1003, 1008)
    migrate(empty_database, target="0024_api_keys")
    with empty_database.connection_context():
        for store_id, state, reason in (
            (dead, "reconnect", "the token is dead"),
            (uninstalled, "disconnected", "the app was uninstalled"),
            (left, "disconnected", "disconnected"),
            (open_already, "reconnect", "the token is unreadable"),
            (works, "connected", "replaced"),
        ):
            empty_database.execute_sql(
                EARLIER_ROWS[0].replace("1003", str(store_id)).replace("working", state)
            )
            empty_database.execute_sql(
                'INSERT INTO "grant" (store_id, sealed_access_token, scopes, granted_at,'
                f" revoked_reason) VALUES ({store_id}, '', '[]', '2026-03-01 00:00+00', '{reason}')"
            )
        empty_database.execute_sql(
            "INSERT INTO issue (store_id, kind, cause, impact, next_action, action, opened_at)"
            f" VALUES ({open_already}, 'token_unreadable', '', '', '', '', '2026-03-01 00:00+00')"
        )

    migrate(empty_database)

    with empty_database.connection_context():
        opened = {(issue.store_id, issue.kind): issue for issue in Issue.select()}
        assert sorted(opened) == [
            (dead, "token_dead"),
            (uninstalled, "uninstalled"),
            (open_already, "token_unreadable"),
        ]
        issue = opened[dead, "token_dead"]
        texts = CONNECTION_ISSUES[IssueKind.TOKEN_DEAD]
        assert (issue.cause, issue.next_action, issue.action) == (
            texts.cause,
            texts.next_action,
            texts.action,
        )
        assert issue.opened_at == Store.get_by_id(dead).state_changed_at


def test_concurrent_migrations_apply_each_script_once(empty_database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(lambda _: migrate(empty_database), range(4)))

    assert sorted(applied) == [[], [], [], SCRIPTS]
    assert pending(empty_database) == []
