"""Large data set of one merchant: many stores, and one store with many records of each kind.

Each row is a copy of one that the tests make, with a few columns of its own, so a new column needs
no change here. The copies are inserted by one statement per table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peewee import AutoField, Database, Model

from portal.models import (
    Coupon,
    Customer,
    Delivery,
    EventTerm,
    EventTermProgress,
    Issue,
    Membership,
    Merchant,
    MirrorCount,
    MirrorTable,
    Notification,
    Order,
    OrderItem,
    OrderSubmission,
    OutboundEvent,
    Product,
    Quarantine,
    Store,
    SyncRun,
    SyncState,
    TimelineEntry,
    WebhookEvent,
    database,
    utc_now,
)
from portal.models.bulk import ROWS_PER_STATEMENT, chunked, is_postgresql
from portal.models.search_document import reindex
from portal.services.operator.summarize_stores import summarize

# Above the ids of the rows that the tests make.
FIRST = 1_000_000
BATCHES_PER_TRANSACTION = 50
# As long as the JSON of a product without variations.
RAW = '{"description": "' + "x" * 1_500 + '"}'


@dataclass(frozen=True)
class Size:
    """Numbers of rows."""

    stores: int = 5_000
    records: int = 100_000
    events: int = 1_000_000

    def scaled(self, scale: float) -> Size:
        """Return a smaller data set."""
        values = (max(100, int(count * scale)) for count in vars(self).values())
        return Size(*values)


@dataclass(frozen=True)
class Dialect:
    """Expressions of one database in terms of the number ``n`` of a copy."""

    numbers: str
    at: str
    raw: str
    json: str


SQLITE = Dialect(
    "(WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number "
    "WHERE n < {count}) SELECT n FROM number) AS numbers",
    "strftime('%Y-%m-%d %H:%M:%S.000000+00:00', '2026-01-01', '+' || (10 * n) || ' seconds')",
    f"'{RAW}'",
    "{text}",
)
POSTGRESQL = Dialect(
    "generate_series(1, {count}) AS numbers(n)",
    "TIMESTAMPTZ '2026-01-01 00:00:00+00' + n * INTERVAL '10 seconds'",
    f"CAST('{RAW}' AS JSONB)",
    "CAST({text} AS JSONB)",
)


class Copier:
    """Inserts copies of rows into one database."""

    def __init__(self, opened: Database) -> None:
        self._database = opened
        self.is_postgresql = is_postgresql(opened)
        self.dialect = POSTGRESQL if self.is_postgresql else SQLITE

    def copy(self, row: Model, count: int, **columns: str) -> None:
        """Insert ``count`` copies of a row; ``columns`` are SQL expressions by field name."""
        table = type(row)
        meta = table._meta  # noqa: SLF001 - peewee documents it
        fields = [field for field in meta.sorted_fields if not isinstance(field, AutoField)]
        names = ", ".join(f'"{field.column_name}"' for field in fields)
        values = ", ".join(
            columns.get(field.name, f'source."{field.column_name}"') for field in fields
        )
        key = " AND ".join(
            f'source."{field.column_name}" = {row.__data__[field.name]}'
            for field in meta.get_primary_keys()
        )
        name = meta.table_name
        numbers = self.dialect.numbers.format(count=count)
        self.run(
            f'INSERT INTO "{name}" ({names}) SELECT {values} FROM "{name}" AS source, {numbers} '
            f"WHERE {key}"
        )

    def run(self, statement: str) -> None:
        """Run a statement without values."""
        if self.is_postgresql:
            statement = statement.replace("%", "%%")
        self._database.execute_sql(statement).close()


def fill_database(opened: Database, size: Size, rows: Mapping[str, Any]) -> None:
    """Fill the lists of a merchant and a store; ``rows`` are the tests' rows of a small store."""
    copier = Copier(opened)
    store = Store.get_by_id(rows["store_id"])
    with opened.atomic():
        _fill_stores(copier, size, store)
    with opened.atomic():
        _fill_records(copier, size, store)
    with opened.atomic():
        _fill_events(copier, size, store, rows)
    with opened.atomic():
        _fill_history(copier, size, store, rows)
    for table in (Product, Order, Customer):
        _index(table, store, size.records)
    summarize(lambda store_id: store_id > 0, utc_now())
    # Autovacuum would do this about a minute after so many inserts; SQLite needs no statistics.
    if copier.is_postgresql:
        copier.run("VACUUM ANALYZE")


def _fill_stores(copier: Copier, size: Size, store: Store) -> None:
    number = f"{FIRST} + n"
    # One in 25 stores needs a reconnect, and one in 25 is suspended.
    state = "CASE n % 25 WHEN 0 THEN 'reconnect' WHEN 1 THEN 'suspended' ELSE 'connected' END"
    copier.copy(store, size.stores, id=number, name="'Workshop by the river ' || n", state=state)
    membership = Membership.get(store=store, role="owner")
    copier.copy(membership, size.stores, store=number)
    _fill_staff(copier, size, membership)
    for sync_state in list(SyncState.select().where(SyncState.store == store)):
        copier.copy(sync_state, size.stores, store=number)
    issue = Issue.select().where(Issue.store == store, Issue.resolved_at.is_null()).get()
    copier.copy(issue, size.stores // 25, store=f"{FIRST} + 25 * n")
    for count in MirrorCount.select().where(MirrorCount.store == store):
        table = count.mirror_table
        copier.run(
            "INSERT INTO mirror_count (store_id, mirror_table, live) SELECT "
            f"id, '{table}', 100 FROM store WHERE id > {FIRST}"
        )


def _fill_staff(copier: Copier, size: Size, membership: Membership) -> None:
    """Give each store a member of its own and the owner of all."""
    copier.copy(membership.merchant, size.stores, email="'person' || n || '@workshop.example'")
    newest = Merchant.select().order_by(Merchant.id.desc()).get().id
    copier.copy(
        membership,
        size.stores,
        store=f"{FIRST} + n",
        merchant=f"{newest - size.stores} + n",
        role="'staff'",
    )


def _fill_records(copier: Copier, size: Size, store: Store) -> None:
    number, at = f"{FIRST} + n", copier.dialect.at
    shared = {"remote_id": number, "raw": copier.dialect.raw, "remote_updated_at": at}
    own: dict[type[MirrorTable], dict[str, str]] = {
        # Half of the products are mugs, 1 in 100 is a teapot.
        Product: {
            "name": "CASE n % 2 WHEN 0 THEN 'Stoneware mug ' ELSE 'Porcelain bowl ' END || "
            "CASE WHEN n % 100 = 1 THEN 'teapot Nr' ELSE 'large Nr' END || n",
            "sku": "'SKU-' || n",
            # 1,000 products in each of 100 categories, and half of all in a large one.
            "category_ids": copier.dialect.json.format(
                text="'[' || (n % 100) || ', ' || (200 + n % 2) || ']'"
            ),
        },
        Order: {
            "number": "'N' || n",
            "email": "'buyer' || (n % 20000) || '@shopper.example'",
            "buyer_name": "'Ada Adler ' || (n % 20000)",
            "customer_id": f"{FIRST} + n % 20000",
            "payment_status": "CASE n % 10 WHEN 0 THEN 'AWAITING_PAYMENT' ELSE 'PAID' END",
            "total": "10000 * (n % 5000)",
            "remote_created_at": at,
        },
        Customer: {
            "name": "'Ada Adler ' || n",
            "name_key": "'ada adler ' || n",
            "email": "'buyer' || n || '@shopper.example'",
            "email_as_given": "'Buyer' || n || '@shopper.example'",
            # A third has no order.
            "order_count": "n % 3",
            "remote_created_at": at,
        },
    }
    for table, columns in own.items():
        copier.copy(table.get(store=store), size.records, **shared, **columns)
        table.recount(store.id)
    copier.copy(
        OrderItem.get(store=store),
        2 * size.records,
        order_id=f"{FIRST} + n / 2",
        position="n % 2",
        remote_id=f"{FIRST} + n",
        # Each product is in two orders, and one in every tenth.
        product_id=f"CASE n % 20 WHEN 0 THEN 5 ELSE {FIRST} + n / 2 END",
    )
    copier.copy(Coupon.get(store=store), 1_000, **shared, code="'C' || n", code_key="'c' || n")


def _fill_events(copier: Copier, size: Size, store: Store, rows: Mapping[str, Any]) -> None:
    """One in ten events is about a paid order; one in 2,000 is dead, one in 5,000 pending."""
    event = WebhookEvent.get(event_id=rows["event_id"])
    WebhookEvent.update(state="applied").execute()
    copier.copy(
        event,
        size.events,
        event_id="'e-' || n",
        type="CASE n % 10 WHEN 0 THEN 'order.updated' WHEN 1 THEN 'unfinished_order.updated' "
        "WHEN 2 THEN 'customer.updated' ELSE 'product.updated' END",
        entity_id="CAST(n % 50000 AS VARCHAR)",
        received_at=copier.dialect.at,
        state="CASE WHEN n % 10 = 1 THEN 'ignored' WHEN n % 2000 = 7 THEN 'dead' "
        "WHEN n % 5000 = 3 THEN 'pending' ELSE 'applied' END",
        payload="'{\"entityId\": 5}'" if not copier.is_postgresql else "'{\"entityId\": 5}'::jsonb",
    )
    EventTerm.delete().execute()
    copier.run(
        "INSERT INTO event_term (store_id, term, event_id) "
        f"SELECT {store.id}, entity_id, id FROM webhook_event WHERE entity_id IS NOT NULL"
    )
    copier.run(
        "INSERT INTO event_term (store_id, term, event_id) "
        f"SELECT {store.id}, 'paid', id FROM webhook_event WHERE type = 'order.updated'"
    )
    newest = WebhookEvent.select().order_by(WebhookEvent.id.desc()).get()
    EventTermProgress.update(upto_id=newest.id, received_at=newest.received_at).execute()


def _fill_history(copier: Copier, size: Size, store: Store, rows: Mapping[str, Any]) -> None:
    copier.copy(
        SyncRun.select()
        .where(SyncRun.store == store, SyncRun.finished_at.is_null(is_null=False))
        .get(),
        size.records,
        created_at=copier.dialect.at,
    )
    copier.copy(TimelineEntry.get(store=store), size.records // 10)
    copier.copy(Quarantine.get(store=store), 1_000, entity_id=f"CAST({FIRST} + n AS VARCHAR)")
    submission = OrderSubmission.get_by_id(rows["submission_id"])
    copier.copy(
        submission, size.records // 10, idempotency_key="'b' || n", reference="'bench-' || n"
    )
    copier.copy(OutboundEvent.get(store=store), size.records, uid="'bench-' || n")
    first = OutboundEvent.select().order_by(OutboundEvent.id.desc()).get().id - size.records
    delivery = Delivery.get_by_id(rows["delivery_id"])
    copier.copy(delivery, size.records, event=f"{first} + n", state="'delivered'")
    copier.copy(Notification.get(), size.records // 10, medium="'b' || n", state="'sent'")


def _index(table: type[MirrorTable], store: Store, count: int) -> None:
    """Write the search texts, as the mirror does."""
    ids = range(FIRST + 1, FIRST + count + 1)
    for some in chunked(ids, BATCHES_PER_TRANSACTION * ROWS_PER_STATEMENT):
        with database.atomic():
            for part in chunked(some, ROWS_PER_STATEMENT):
                reindex(table, store.id, list(part))
