"""Add hourly counts, filled with the events and orders of the last 31 days."""

from datetime import timedelta

from peewee import BigIntegerField, CharField, CompositeKey, ForeignKeyField, IntegerField, Model

from portal.models.bulk import is_postgresql
from portal.models.fields import MoneyField, moment_text, utc_now

RETENTION = timedelta(days=31)
HOUR_ON_SQLITE = "CAST(strftime('%s', {0}) AS INTEGER) / 3600"
HOUR_ON_POSTGRESQL = "CAST(floor(extract(epoch FROM {0}) / 3600) AS INTEGER)"
EVENTS = """INSERT INTO hourly_count (store_id, kind, hour, outcome, count, amount)
SELECT store_id, 'events', {hour}, state, COUNT(*), 0 FROM webhook_event
WHERE processed_at >= {mark} AND state IN ('applied', 'ignored', 'dead')
AND store_id IN (SELECT id FROM store) GROUP BY 1, 3, 4"""
# The order of the mirror has its total; an order that was never read has none.
ORDERS = """INSERT INTO hourly_count (store_id, kind, hour, outcome, count, amount)
SELECT s.store_id, 'orders', {hour}, s.mode, COUNT(*), COALESCE(SUM(o.total), 0)
FROM order_submission s
LEFT JOIN "order" o ON o.store_id = s.store_id AND o.remote_id = s.order_id
WHERE s.finished_at >= {mark} AND s.order_number IS NOT NULL GROUP BY 1, 3, 4"""


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class HourlyCount(Frozen):
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    kind = CharField()
    hour = IntegerField()
    outcome = CharField()
    count = BigIntegerField()
    amount = MoneyField()

    class Meta:
        primary_key = CompositeKey("store", "kind", "hour", "outcome")
        indexes = ((("hour",), False),)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx((Store, HourlyCount)):
        db.create_tables((HourlyCount,))
    hour = HOUR_ON_POSTGRESQL if is_postgresql(db) else HOUR_ON_SQLITE
    since = moment_text(utc_now() - RETENTION)
    for statement, column in ((EVENTS, "processed_at"), (ORDERS, "s.finished_at")):
        db.execute_sql(statement.format(hour=hour.format(column), mark=db.param), (since,))
