"""Summarize each store for the operators' list, and index what its counts are made of."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from portal.models.fields import UtcDateTimeField

# By name: the table, its columns, and the condition.
INDEXES = {
    "webhook_event_dead": ("webhook_event", '"store_id"', "state = 'dead'"),
    "order_submission_failing": (
        "order_submission",
        '"store_id", "state", "finished_at"',
        "state IN ('unknown', 'rejected')",
    ),
    "order_update_undecided": ("order_update", '"store_id"', "state IN ('conflict', 'failed')"),
}


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class StoreSummary(Frozen):
    store = ForeignKeyField(Store, primary_key=True, on_delete="CASCADE")
    word = CharField()
    since_at = UtcDateTimeField()
    trouble = BigIntegerField(index=True)
    freshness = CharField()
    check_at = UtcDateTimeField(null=True)
    open_issues = IntegerField()
    failed_events = IntegerField()
    failing_orders = IntegerField()
    unreadable = IntegerField()
    last_change_at = UtcDateTimeField(null=True)
    search = TextField()
    state = CharField()
    is_closed = BooleanField()
    webhook_health = CharField()


class StoreSummaryProgress(Frozen):
    id = IntegerField(primary_key=True)
    after_id = BigIntegerField(null=True)
    started_at = UtcDateTimeField()
    as_of = UtcDateTimeField(null=True)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx([StoreSummary, StoreSummaryProgress]):
        # The schedule fills the summaries within seconds.
        db.create_tables([StoreSummary, StoreSummaryProgress])
    for name, (table, columns, condition) in INDEXES.items():
        db.execute_sql(f'CREATE INDEX "{name}" ON "{table}" ({columns}) WHERE {condition}')
