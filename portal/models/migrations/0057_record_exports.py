"""Add exports that the daemon writes as files."""

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CharField,
    ForeignKeyField,
    IntegerField,
    Model,
)

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class Merchant(Frozen):
    id = AutoField()


class ChannelConsent(Frozen):
    id = AutoField()


class RecordExport(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    requested_by = ForeignKeyField(Merchant, null=True, on_delete="CASCADE", backref="+")
    consent = ForeignKeyField(ChannelConsent, null=True, on_delete="CASCADE", backref="+")
    name = CharField()
    format = CharField()
    formula_guard = CharField()
    status_names = JsonField()
    state = CharField()
    problem = CharField(null=True)
    total = IntegerField()
    rows = IntegerField()
    size_bytes = BigIntegerField()
    last_id = BigIntegerField(null=True)
    version = IntegerField()
    attempts = IntegerField()
    due_at = UtcDateTimeField()
    requested_at = UtcDateTimeField()
    finished_at = UtcDateTimeField(null=True)
    expires_at = UtcDateTimeField(index=True)

    class Meta:
        indexes = ((("store", "id"), False),)


RecordExport.add_index(
    RecordExport.index(
        RecordExport.due_at, name="record_export_waiting", where=SQL("state = 'waiting'")
    )
)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    tables = (Store, Merchant, ChannelConsent, RecordExport)
    with db.bind_ctx(tables):
        db.create_tables((RecordExport,))
