"""Let issues count rows, and notifications report that an issue continues."""

from datetime import timedelta

from peewee import AutoField, CharField, IntegerField, Model

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
        migrator.add_column("notification", "number", IntegerField(default=0)),
        migrator.drop_index("notification", "notification_issue_id_merchant_id_trigger_medium"),
        migrator.add_index(
            "notification", ("issue_id", "merchant_id", "trigger", "medium", "number"), unique=True
        ),
    )
    for name, definition in INDEXES.items():
        db.execute_sql(f'CREATE INDEX "{name}" {" ".join(definition.split())}')
    with db.bind_ctx((OrderSubmission,)):
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
