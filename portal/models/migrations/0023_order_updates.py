"""Keep the changes of orders that are on their way to stores."""

from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
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


class Merchant(Frozen):
    id = AutoField()


class OrderUpdate(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    order_id = BigIntegerField()
    order_number = CharField()
    sender = CharField()
    who = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    changes = JsonField()
    expected = JsonField()
    remote = JsonField(null=True)
    state = CharField()
    attempts = IntegerField()
    error = TextField(null=True)
    requested_at = UtcDateTimeField()
    due_at = UtcDateTimeField(null=True)
    sent_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("store", "id"), False),
            (("store", "order_id", "id"), False),
            (("due_at",), False),
        )


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx((OrderUpdate,)):
        db.create_tables((OrderUpdate,))
