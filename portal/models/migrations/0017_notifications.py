"""Keep whom we tell by mail about which issue, and what people have chosen about that."""

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Merchant(Frozen):
    id = AutoField()


class Issue(Frozen):
    id = AutoField()


class Notification(Frozen):
    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE", index=False)
    issue = ForeignKeyField(Issue, on_delete="CASCADE", index=False)
    occasion = CharField()
    channel = CharField()
    state = CharField()
    letter = IntegerField(null=True)
    attempts = IntegerField()
    error = TextField(null=True)
    created_at = UtcDateTimeField()
    due_at = UtcDateTimeField()
    sent_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("issue", "merchant", "occasion", "channel"), True),
            (("merchant", "sent_at"), False),
            (("state", "id"), False),
        )


class NotificationChoice(Frozen):
    merchant = ForeignKeyField(Merchant, primary_key=True, on_delete="CASCADE")
    quiet_from = IntegerField(null=True)
    quiet_until = IntegerField(null=True)
    timezone = CharField()
    muted = JsonField()


Notification.add_index(
    Notification.index(
        Notification.due_at,
        Notification.merchant,
        name="notification_waiting",
        where=SQL("state = 'waiting'"),
    )
)

TABLES = (Notification, NotificationChoice)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
