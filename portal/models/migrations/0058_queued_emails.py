"""Keep emails about accounts, teams and consents until the daemon has sent them."""

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CharField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from portal.models.fields import UtcDateTimeField

FAILING = "CASE WHEN state = 'waiting' THEN attempts > 0 ELSE state IN ('failed', 'bounced') END"


class Merchant(Model):
    id = AutoField()

    class Meta:
        legacy_table_names = False


class Store(Model):
    id = BigIntegerField(primary_key=True)

    class Meta:
        legacy_table_names = False


class QueuedEmail(Model):
    id = AutoField()
    kind = CharField()
    recipient = CharField()
    merchant = ForeignKeyField(Merchant, null=True, on_delete="CASCADE")
    store = ForeignKeyField(Store, null=True, on_delete="CASCADE")
    sealed_content = TextField(null=True)
    state = CharField()
    attempts = IntegerField()
    error = TextField(null=True)
    created_at = UtcDateTimeField(index=True)
    due_at = UtcDateTimeField()
    expires_at = UtcDateTimeField()
    sending_at = UtcDateTimeField(null=True)
    sent_at = UtcDateTimeField(null=True)

    class Meta:
        legacy_table_names = False


QueuedEmail.add_index(
    QueuedEmail.index(
        QueuedEmail.due_at, name="queued_email_waiting", where=SQL("state = 'waiting'")
    )
)
QueuedEmail.add_index(
    QueuedEmail.index(
        QueuedEmail.expires_at,
        name="queued_email_expiring",
        where=SQL("sealed_content IS NOT NULL"),
    )
)
QueuedEmail.add_index(
    QueuedEmail.index(QueuedEmail.id, name="queued_email_failing_ids", where=SQL(FAILING))
)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx([QueuedEmail]):
        db.create_tables([QueuedEmail])
