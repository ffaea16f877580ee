"""Add bulk actions and their items."""

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


class BulkAction(Frozen):
    id = AutoField()
    kind = CharField()
    store_filter = JsonField(null=True)
    state = CharField()
    total = IntegerField()
    done = IntegerField()
    skipped = IntegerField()
    failed = IntegerField()
    requested_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    requested_at = UtcDateTimeField()
    canceled_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    finished_at = UtcDateTimeField(null=True)


class BulkActionItem(Frozen):
    id = AutoField()
    bulk_action = ForeignKeyField(BulkAction, on_delete="CASCADE", index=False)
    store = ForeignKeyField(Store, on_delete="CASCADE")
    state = CharField()
    reason = CharField(null=True)

    class Meta:
        indexes = (
            (("bulk_action", "store"), True),
            (("bulk_action", "state", "id"), False),
        )


BulkAction.add_index(
    BulkAction.index(
        BulkAction.requested_at, name="bulk_action_running", where=SQL("state = 'running'")
    )
)

TABLES = (BulkAction, BulkActionItem)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
