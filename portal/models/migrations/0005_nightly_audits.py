"""Let resources be audited each night, and audits note which records they have met."""

from peewee import AutoField, BigIntegerField, CompositeKey, ForeignKeyField, Model

from portal.models.fields import UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class SyncState(Frozen):
    id = AutoField()


class AuditSighting(Frozen):
    state = ForeignKeyField(SyncState, on_delete="CASCADE", index=False)
    remote_id = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("state", "remote_id")


def up(migrator, db):
    with db.bind_ctx([AuditSighting]):
        db.create_tables([AuditSighting])
    migrator.migrate(
        migrator.add_column("sync_state", "next_audit_at", UtcDateTimeField(null=True)),
        migrator.add_index("sync_state", ("next_audit_at",)),
    )
