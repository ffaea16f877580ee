"""Keep the endpoints of channels, what they are to be told, and each attempt to tell it."""

from peewee import (
    SQL,
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


class ChannelEndpoint(Frozen):
    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    store = ForeignKeyField(Store, null=True, on_delete="CASCADE")
    name = CharField()
    url = TextField()
    event_types = JsonField()
    sealed_secret = TextField()
    sealed_previous_secret = TextField(null=True)
    previous_until_at = UtcDateTimeField(null=True)
    rotated_at = UtcDateTimeField(null=True)
    state = CharField()
    state_since_at = UtcDateTimeField()
    off_reason = CharField(null=True)
    failing_since_at = UtcDateTimeField(null=True)
    failures = IntegerField()
    told_percent = IntegerField()
    resume_at = UtcDateTimeField(null=True)
    last_attempt_at = UtcDateTimeField(null=True)
    last_success_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField()


class OutboxMessage(Frozen):
    id = AutoField()
    uid = CharField(unique=True)
    type = CharField()
    store = ForeignKeyField(Store, null=True, on_delete="CASCADE", index=False)
    record_id = BigIntegerField(null=True)
    detail = JsonField()
    happened_at = UtcDateTimeField()

    class Meta:
        indexes = ((("store", "id"), False),)


class Delivery(Frozen):
    id = AutoField()
    message = ForeignKeyField(OutboxMessage, on_delete="CASCADE", index=False)
    endpoint = ForeignKeyField(ChannelEndpoint, on_delete="CASCADE", index=False)
    state = CharField()
    attempts = IntegerField()
    error = TextField(null=True)
    due_at = UtcDateTimeField()
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("message", "endpoint"), True),
            (("endpoint", "id"), False),
            (("endpoint", "state", "id"), False),
        )


class DeliveryAttempt(Frozen):
    id = AutoField()
    delivery = ForeignKeyField(Delivery, on_delete="CASCADE")
    begun_at = UtcDateTimeField()
    status = IntegerField(null=True)
    ms = IntegerField(null=True)
    error = TextField(null=True)
    answer = TextField()


class EndpointNotice(Frozen):
    id = AutoField()
    endpoint = ForeignKeyField(ChannelEndpoint, on_delete="CASCADE")
    percent = IntegerField()
    state = CharField()
    attempts = IntegerField()
    error = TextField(null=True)
    created_at = UtcDateTimeField()
    due_at = UtcDateTimeField()
    sent_at = UtcDateTimeField(null=True)


Delivery.add_index(
    Delivery.index(
        Delivery.endpoint,
        Delivery.due_at,
        name="delivery_unfinished",
        where=SQL("state IN ('waiting', 'failed')"),
    )
)
EndpointNotice.add_index(
    EndpointNotice.index(
        EndpointNotice.due_at,
        name="endpoint_notice_waiting",
        where=SQL("state = 'waiting'"),
    )
)

TABLES = (ChannelEndpoint, OutboxMessage, Delivery, DeliveryAttempt, EndpointNotice)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
