"""Let runs be paused and prove completeness; keep resyncs, freshness and field drift."""

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class RecordResync(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    resource = CharField()
    entity_id = CharField()
    state = CharField()
    attempts = IntegerField()
    error = TextField(null=True)
    due_at = UtcDateTimeField()
    requested_at = UtcDateTimeField()
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "resource", "entity_id", "id"), False),)


RecordResync.add_index(
    RecordResync.index(
        RecordResync.store,
        RecordResync.resource,
        RecordResync.entity_id,
        name="record_resync_one_unfinished",
        unique=True,
        where=SQL("finished_at IS NULL"),
    )
)


class FreshnessPoint(Frozen):
    store = ForeignKeyField(Store, on_delete="CASCADE")
    resource = CharField()
    at = UtcDateTimeField(index=True)
    word = CharField()
    minutes_behind = IntegerField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "resource", "at")


class FieldProfile(Frozen):
    store = ForeignKeyField(Store, on_delete="CASCADE")
    resource = CharField()
    fields = JsonField()
    records = IntegerField()
    updated_at = UtcDateTimeField()

    class Meta:
        primary_key = CompositeKey("store", "resource")


class FieldDrift(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    resource = CharField()
    field = CharField()
    change = CharField()
    before = CharField()
    after = CharField()
    noticed_at = UtcDateTimeField()

    class Meta:
        indexes = ((("store", "resource", "field", "change", "after"), True),)


TABLES = (RecordResync, FreshnessPoint, FieldProfile, FieldDrift)

COLUMNS = {
    "sync_state": {
        "remote_changed_at": UtcDateTimeField(null=True),
        "remote_checked_at": UtcDateTimeField(null=True),
    },
    "sync_run": {
        "unchanged": IntegerField(default=0),
        "bytes": BigIntegerField(default=0),
        "store_count": IntegerField(null=True),
        "mirror_count": IntegerField(null=True),
        "differences": IntegerField(null=True),
        "repaired": IntegerField(null=True),
        "checked_at": UtcDateTimeField(null=True),
    },
}

INDEXES = (
    """CREATE INDEX "sync_run_store_id_id" ON "sync_run" ("store_id", "id")""",
    """CREATE INDEX "sync_run_proof" ON "sync_run" ("store_id", "resource", "id") \
WHERE checked_at IS NOT NULL""",
    """CREATE INDEX "quarantine_open" ON "quarantine" ("store_id", "id") \
WHERE resolved_at IS NULL""",
)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
    for table, columns in COLUMNS.items():
        migrator.migrate(*(migrator.add_column(table, *column) for column in columns.items()))
    for index in INDEXES:
        db.execute_sql(index)
