"""Add security events, and an index of an account's changes in the audit log."""

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, IntegerField, Model

from portal.models.fields import UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class Merchant(Frozen):
    id = AutoField()


class SecurityEvent(Frozen):
    id = AutoField()
    key = CharField(unique=True)
    hour_at = UtcDateTimeField()
    kind = CharField()
    merchant = ForeignKeyField(Merchant, null=True, on_delete="CASCADE", index=False)
    store = ForeignKeyField(Store, null=True, on_delete="SET NULL", backref="+")
    network = CharField()
    endpoint = CharField()
    count = IntegerField()
    first_at = UtcDateTimeField()
    last_at = UtcDateTimeField()

    class Meta:
        indexes = (
            (("hour_at", "id"), False),
            (("merchant", "id"), False),
            (("kind", "id"), False),
            (("network", "id"), False),
        )


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx([SecurityEvent]):
        db.create_tables([SecurityEvent])
    db.execute_sql(
        'CREATE INDEX "audit_log_entry_accounts" ON "audit_log_entry" ("target", "id") '
        "WHERE store_id IS NULL"
    )
