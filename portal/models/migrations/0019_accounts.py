"""Keep sign-ins as rows, second factors, and changes of e-mail addresses."""

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, Model, TextField

from portal.models.fields import UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Merchant(Frozen):
    id = AutoField()


class BrowserSession(Frozen):
    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    token_digest = CharField(unique=True)
    address = CharField()
    agent = TextField()
    begun_at = UtcDateTimeField()
    seen_at = UtcDateTimeField()


class SecondFactor(Frozen):
    merchant = ForeignKeyField(Merchant, primary_key=True, on_delete="CASCADE")
    sealed_secret = TextField()
    last_step = BigIntegerField()
    begun_at = UtcDateTimeField()
    confirmed_at = UtcDateTimeField(null=True)


class RecoveryCode(Frozen):
    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE", index=False)
    code_digest = CharField()

    class Meta:
        indexes = ((("merchant", "code_digest"), True),)


class EmailChange(Frozen):
    id = AutoField()
    merchant = ForeignKeyField(Merchant, unique=True, on_delete="CASCADE")
    new_email = CharField()
    old_token_digest = CharField(unique=True)
    new_token_digest = CharField(unique=True)
    old_confirmed_at = UtcDateTimeField(null=True)
    new_confirmed_at = UtcDateTimeField(null=True)
    asked_at = UtcDateTimeField()
    expires_at = UtcDateTimeField()


TABLES = (BrowserSession, SecondFactor, RecoveryCode, EmailChange)


def up(migrator, db):
    # What a session was known by; each is a row now, and everybody signs in once more.
    migrator.migrate(migrator.drop_column("merchant", "session_key"))
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
