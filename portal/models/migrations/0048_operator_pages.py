"""Add the text and the e-mails of bulk actions, and indexes for the operators' pages."""

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal.models.fields import UtcDateTimeField

FAILING = "CASE WHEN state = 'waiting' THEN attempts > 0 ELSE state IN ('failed', 'bounced') END"


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Merchant(Frozen):
    id = AutoField()


class BulkAction(Frozen):
    id = AutoField()


class BulkActionEmail(Frozen):
    id = AutoField()
    bulk_action = ForeignKeyField(BulkAction, on_delete="CASCADE", index=False)
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE", backref="+")
    state = CharField()
    attempts = IntegerField()
    error = TextField(null=True)
    created_at = UtcDateTimeField()
    due_at = UtcDateTimeField()
    sending_at = UtcDateTimeField(null=True)
    sent_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("bulk_action", "merchant"), True),
            (("bulk_action", "state"), False),
        )


BulkActionEmail.add_index(
    BulkActionEmail.index(
        BulkActionEmail.due_at,
        BulkActionEmail.bulk_action,
        name="bulk_action_email_waiting",
        where=SQL("state = 'waiting'"),
    )
)
BulkActionEmail.add_index(
    BulkActionEmail.index(
        BulkActionEmail.id, name="bulk_action_email_failing_ids", where=SQL(FAILING)
    )
)


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("bulk_action", "subject", CharField(null=True)),
        migrator.add_column("bulk_action", "message", TextField(null=True)),
        migrator.add_index("audit_log_entry", ("actor_id", "action", "id")),
        migrator.add_index("audit_log_entry", ("actor_name", "action", "id")),
        migrator.add_index("audit_log_entry", ("store_id", "action", "id")),
    )
    with db.bind_ctx([BulkActionEmail]):
        db.create_tables([BulkActionEmail])
    db.execute_sql(
        'CREATE INDEX "connect_link_email_failing_ids" ON "connect_link_email" ("id")'
        f" WHERE {FAILING}"
    )
    db.execute_sql(
        'CREATE INDEX "circuit_breaker_failing_ids" ON "circuit_breaker" ("store_id")'
        " WHERE opened_at IS NOT NULL"
    )
