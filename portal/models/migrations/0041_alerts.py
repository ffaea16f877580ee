"""Add alerts to operators with their channels and deliveries, and the severity of issues."""

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from portal.models.fields import JsonField, UtcDateTimeField

CRITICAL = ("scopes_missing", "token_dead", "token_unreadable", "plan_blocked")


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class Merchant(Frozen):
    id = AutoField()


class Alert(Frozen):
    id = AutoField()
    kind = CharField()
    subject = CharField()
    store = ForeignKeyField(Store, null=True, on_delete="CASCADE", index=False)
    severity = CharField()
    count = IntegerField()
    opened_at = UtcDateTimeField()
    resolved_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("resolved_at",), False), (("store",), False))


class AlertSeverity(Frozen):
    kind = CharField(primary_key=True)
    severity = CharField()


class AlertChannel(Frozen):
    id = AutoField()
    name = CharField()
    medium = CharField()
    sealed_url = TextField(null=True)
    host = CharField()
    sealed_secret = TextField(null=True)
    is_enabled = BooleanField()
    min_severity = CharField()
    muted = JsonField()
    quiet_from = IntegerField(null=True)
    quiet_until = IntegerField(null=True)
    timezone = CharField()
    digest_hour = IntegerField(null=True)
    digest_due_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField()


class AlertMessage(Frozen):
    id = AutoField()
    uid = CharField(unique=True)
    channel = ForeignKeyField(AlertChannel, on_delete="CASCADE")
    purpose = CharField()
    opening_id = IntegerField(null=True)
    created_at = UtcDateTimeField()
    recovered_at = UtcDateTimeField(null=True)


class AlertNotice(Frozen):
    id = AutoField()
    alert = ForeignKeyField(Alert, on_delete="CASCADE", index=False)
    channel = ForeignKeyField(AlertChannel, on_delete="CASCADE")
    message = ForeignKeyField(AlertMessage, null=True, on_delete="CASCADE")
    due_at = UtcDateTimeField()

    class Meta:
        indexes = ((("alert", "channel"), True),)


class AlertDelivery(Frozen):
    id = AutoField()
    message = ForeignKeyField(AlertMessage, on_delete="CASCADE")
    recipient = ForeignKeyField(Merchant, null=True, on_delete="CASCADE")
    state = CharField()
    attempts = IntegerField()
    status = IntegerField(null=True)
    error = TextField(null=True)
    created_at = UtcDateTimeField()
    due_at = UtcDateTimeField()
    sent_at = UtcDateTimeField(null=True)


class AlertCheck(Frozen):
    id = IntegerField(primary_key=True)
    checked_at = UtcDateTimeField()


Alert.add_index(
    Alert.index(
        Alert.kind,
        Alert.subject,
        name="alert_one_open",
        unique=True,
        where=SQL("resolved_at IS NULL"),
    )
)
AlertMessage.add_index(
    AlertMessage.index(
        AlertMessage.channel,
        name="alert_message_unrecovered",
        where=SQL("purpose = 'opened' AND recovered_at IS NULL"),
    )
)
AlertNotice.add_index(
    AlertNotice.index(
        AlertNotice.due_at, name="alert_notice_waiting", where=SQL("message_id IS NULL")
    )
)
AlertDelivery.add_index(
    AlertDelivery.index(
        AlertDelivery.due_at, name="alert_delivery_waiting", where=SQL("state = 'waiting'")
    )
)

TABLES = (
    Alert,
    AlertSeverity,
    AlertChannel,
    AlertMessage,
    AlertNotice,
    AlertDelivery,
    AlertCheck,
)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
    migrator.migrate(migrator.add_column("issue", "severity", CharField(default="warning")))
    critical = ", ".join(f"'{kind}'" for kind in CRITICAL)
    db.execute_sql(f"UPDATE issue SET severity = 'critical' WHERE kind IN ({critical})")  # noqa: S608
    db.execute_sql("UPDATE issue SET severity = 'info' WHERE kind = 'webhooks_silent'")
