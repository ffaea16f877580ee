"""Add passkeys."""

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, Model, TextField

from portal.models.fields import UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Merchant(Frozen):
    id = AutoField()


class Passkey(Frozen):
    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    name = CharField()
    credential_id = TextField(unique=True)
    public_key = TextField()
    user_handle = CharField()
    sign_count = BigIntegerField()
    last_challenge_us = BigIntegerField()
    created_at = UtcDateTimeField()
    last_used_at = UtcDateTimeField(null=True)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx([Passkey]):
        db.create_tables([Passkey])
