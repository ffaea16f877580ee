"""Let events be found by type, state, entity and words, and be replayed."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
)

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Merchant(Frozen):
    id = AutoField()


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class WebhookEvent(Frozen):
    id = AutoField()


class EventWord(Frozen):
    store_id = BigIntegerField()
    word = CharField(max_length=64)
    event_id = IntegerField()

    class Meta:
        primary_key = CompositeKey("store_id", "word", "event_id")


class EventWordProgress(Frozen):
    id = IntegerField(primary_key=True)
    upto_id = IntegerField()
    received_at = UtcDateTimeField()


class EventReplay(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    wanted = JsonField()
    state = CharField()
    upto_id = IntegerField()
    at_id = IntegerField()
    expected = IntegerField()
    is_expected_exact = BooleanField()
    requested_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    requested_at = UtcDateTimeField()
    cancelled_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    finished_at = UtcDateTimeField(null=True)


class ReplayedEvent(Frozen):
    replay = ForeignKeyField(EventReplay, on_delete="CASCADE", index=False)
    event = ForeignKeyField(WebhookEvent, on_delete="CASCADE")
    state_before = CharField()
    attempts_before = IntegerField()
    outcome = CharField(null=True)

    class Meta:
        primary_key = CompositeKey("replay", "event")
        indexes = ((("replay", "outcome"), False),)


TABLES = (EventWord, EventWordProgress, EventReplay, ReplayedEvent)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
    migrator.migrate(
        migrator.add_index("webhook_event", ("store_id", "type", "state", "id")),
        migrator.add_index("webhook_event", ("store_id", "entity_id", "id")),
    )
