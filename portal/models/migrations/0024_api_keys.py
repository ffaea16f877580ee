"""Keep the keys of the API."""

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, Model

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class Merchant(Frozen):
    id = AutoField()


class ApiKey(Frozen):
    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    store = ForeignKeyField(Store, null=True, on_delete="CASCADE")
    name = CharField()
    prefix = CharField(unique=True)
    hash = CharField()
    previous_hash = CharField(null=True)
    previous_until_at = UtcDateTimeField(null=True)
    scopes = JsonField()
    created_at = UtcDateTimeField()
    rotated_at = UtcDateTimeField(null=True)
    last_used_at = UtcDateTimeField(null=True)
    revoked_at = UtcDateTimeField(null=True)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx([ApiKey]):
        db.create_tables([ApiKey])
