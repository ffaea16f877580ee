"""Let issues count rows, notifications report that an issue continues, and channels get email."""

from datetime import timedelta

from peewee import (
    SQL,
    AutoField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from portal.models.base import utc_now
from portal.models.fields import JsonField, UtcDateTimeField

FAILURE_CODES = ("not_sent", "rejected_by_ecwid", "store_not_working")
# Older rejections are not counted.
COUNTED_FOR = timedelta(days=7)
INDEXES = {
    "issue_dismissed": """ON "issue" ("kind", "dismissed_at", "store_id")
WHERE dismissed_at IS NOT NULL""",
    "order_submission_failures": """ON "order_submission"
("finished_at", "store_id", "sender", "failure_code") WHERE failure_code IS NOT NULL""",
    "order_submission_failed_ids": """ON "order_submission" ("store_id", "id")
WHERE failure_code IS NOT NULL""",
    "channel_consent_paused": """ON "channel_consent" ("store_id")
WHERE (status = 'paused' OR (status = 'active' AND selling_paused_at IS NOT NULL))""",
}


FAILING = "CASE WHEN state = 'waiting' THEN attempts > 0 ELSE state IN ('failed', 'bounced') END"


class Channel(Model):
    id = AutoField()

    class Meta:
        legacy_table_names = False


class ChannelAlertEmail(Model):
    id = AutoField()
    channel = ForeignKeyField(Channel, unique=True, on_delete="CASCADE")
    changes = IntegerField()
    reported = IntegerField()
    state = CharField()
    attempts = IntegerField()
    error = TextField(null=True)
    created_at = UtcDateTimeField()
    due_at = UtcDateTimeField()
    sending_at = UtcDateTimeField(null=True)
    sent_at = UtcDateTimeField(null=True)

    class Meta:
        legacy_table_names = False


ChannelAlertEmail.add_index(
    ChannelAlertEmail.index(
        ChannelAlertEmail.due_at,
        name="channel_alert_email_waiting",
        where=SQL("state = 'waiting'"),
    )
)
ChannelAlertEmail.add_index(
    ChannelAlertEmail.index(
        ChannelAlertEmail.id, name="channel_alert_email_failing_ids", where=SQL(FAILING)
    )
)


class OrderSubmission(Model):
    id = AutoField()
    state = CharField()
    finished_at = UtcDateTimeField(null=True)
    validation_errors = JsonField()
    failure_code = CharField(null=True)

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("issue", "count", IntegerField(null=True)),
        migrator.add_column("issue", "newest_at", UtcDateTimeField(null=True)),
        migrator.add_column("issue", "dismissed_at", UtcDateTimeField(null=True)),
        migrator.add_column("order_submission", "failure_code", CharField(null=True)),
        migrator.add_column("channel", "alert_emails", BooleanField(default=False)),
        migrator.add_column("notification", "number", IntegerField(default=0)),
        migrator.drop_index("notification", "notification_issue_id_merchant_id_trigger_medium"),
        migrator.add_index(
            "notification", ("issue_id", "merchant_id", "trigger", "medium", "number"), unique=True
        ),
    )
    for name, definition in INDEXES.items():
        db.execute_sql(f'CREATE INDEX "{name}" {" ".join(definition.split())}')
    with db.bind_ctx((ChannelAlertEmail, OrderSubmission)):
        db.create_tables((ChannelAlertEmail,))
        _fill_failure_codes()


def _fill_failure_codes():
    rows = OrderSubmission.select(OrderSubmission.id, OrderSubmission.validation_errors).where(
        OrderSubmission.state == "rejected",
        OrderSubmission.finished_at > utc_now() - COUNTED_FOR,
    )
    for row_id, errors in list(rows.tuples()):
        codes = [error.get("code") for error in errors]
        code = next((code for code in codes if code in FAILURE_CODES), None)
        if code is not None:
            OrderSubmission.update(failure_code=code).where(OrderSubmission.id == row_id).execute()
