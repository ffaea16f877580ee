"""Keep the orders that we submit, with their states, and how many decimals a store counts in."""

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

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class Merchant(Frozen):
    id = AutoField()


class OrderSubmission(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    sender = CharField()
    who = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    idempotency_key = CharField()
    fingerprint = CharField()
    reference = CharField(unique=True)
    request = JsonField(null=True)
    email = TextField(null=True)
    state = CharField()
    quote = JsonField(null=True)
    problems = JsonField()
    error = TextField(null=True)
    coupon_claim = CharField(null=True)
    customer_id = BigIntegerField(null=True)
    attempts = IntegerField()
    searches = IntegerField()
    order_number = CharField(null=True)
    order_id = BigIntegerField(null=True)
    received_at = UtcDateTimeField()
    due_at = UtcDateTimeField(null=True)
    sent_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("sender", "idempotency_key"), True),
            (("store", "id"), False),
            (("store", "coupon_claim"), True),
            (("store", "email"), False),
            (("due_at",), False),
        )


class SubmissionStep(Frozen):
    id = AutoField()
    submission = ForeignKeyField(OrderSubmission, on_delete="CASCADE", backref="steps")
    state = CharField()
    detail = TextField(null=True)
    happened_at = UtcDateTimeField()


TABLES = (OrderSubmission, SubmissionStep)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
    migrator.migrate(
        migrator.add_column("store", "currency_precision", SmallIntegerField(null=True))
    )
