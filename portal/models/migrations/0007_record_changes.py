"""Keep what each event changed in the mirror."""

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, Model

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class WebhookEvent(Frozen):
    id = AutoField()


class RecordChange(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    resource = CharField()
    remote_id = BigIntegerField()
    event = ForeignKeyField(WebhookEvent, on_delete="CASCADE")
    at = UtcDateTimeField()
    kind = CharField()
    changes = JsonField()

    class Meta:
        indexes = ((("store", "resource", "remote_id", "id"), False),)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx([RecordChange]):
        db.create_tables([RecordChange])
