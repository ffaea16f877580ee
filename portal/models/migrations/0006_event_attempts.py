"""Keep every attempt to apply an event, what events came with, and which stores' APIs fail."""

from peewee import (
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


class WebhookEvent(Frozen):
    id = AutoField()


class EventBatch(Frozen):
    id = AutoField()
    store_id = BigIntegerField()
    topic = CharField()
    worker = CharField()
    started_at = UtcDateTimeField()
    ended_at = UtcDateTimeField()
    entities = IntegerField()
    events = IntegerField()
    calls = JsonField()


class EventAttempt(Frozen):
    event = ForeignKeyField(WebhookEvent, on_delete="CASCADE", index=False)
    batch = ForeignKeyField(EventBatch, on_delete="CASCADE")
    number = IntegerField()
    outcome = CharField()
    error = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("event", "batch")


class StoreCircuit(Frozen):
    store = ForeignKeyField(Store, primary_key=True, on_delete="CASCADE")
    topic = CharField()
    probes = IntegerField()
    opened_at = UtcDateTimeField(null=True)
    resume_at = UtcDateTimeField()
    error = TextField()


TABLES = (EventBatch, EventAttempt, StoreCircuit)

COLUMNS = {
    "headers": JsonField(null=True),
    "key_used": CharField(null=True),
    "at_once": IntegerField(null=True),
}

DUE = """CREATE INDEX "webhook_event_due" ON "webhook_event" \
("store_id", "due_at", "id", "type", "entity_id", "attempts", "at_once", "state") \
WHERE state = 'pending'"""


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
    migrator.migrate(
        migrator.drop_index("webhook_event", "webhook_event_state_store_id_due_at"),
        *(migrator.add_column("webhook_event", *column) for column in COLUMNS.items()),
    )
    db.execute_sql(DUE)
