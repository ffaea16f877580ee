"""Keep requests about personal data, who was erased, an audit, and how our own writes ended."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
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


class Merchant(Frozen):
    id = AutoField()


class WebhookEvent(Frozen):
    id = AutoField()


class Audit(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    actor = CharField()
    who = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    action = CharField()
    target = CharField()
    before = JsonField(null=True)
    after = JsonField(null=True)
    happened_at = UtcDateTimeField()

    class Meta:
        indexes = ((("store", "id"), False),)


class PersonalDataRequest(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    event = ForeignKeyField(WebhookEvent, null=True, unique=True, on_delete="SET NULL")
    kind = CharField()
    customer_id = BigIntegerField(null=True)
    state = CharField()
    emails = JsonField(null=True)
    counts = JsonField()
    is_at_ecwid = BooleanField(null=True)
    attempts = IntegerField()
    error = TextField(null=True)
    requested_at = UtcDateTimeField()
    due_at = UtcDateTimeField()
    finished_at = UtcDateTimeField(null=True)
    document = TextField(null=True)
    expires_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("store", "id"), False),
            (("state", "due_at"), False),
        )


class ErasedPerson(Frozen):
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    key = CharField()
    erased_at = UtcDateTimeField()

    class Meta:
        primary_key = CompositeKey("store", "key")


class OwnWrite(Frozen):
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    resource = CharField()
    remote_id = BigIntegerField()
    digest = CharField(null=True)
    written_at = UtcDateTimeField()

    class Meta:
        primary_key = CompositeKey("store", "resource", "remote_id")
        indexes = ((("written_at",), False),)


TABLES = (Audit, PersonalDataRequest, ErasedPerson, OwnWrite)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
