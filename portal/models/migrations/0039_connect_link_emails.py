"""Keep the time of each step of an onboarding, and the emails with its connect link.

The exact times of earlier steps are unknown. They get the time of the last known step; the funnel
ignores steps with equal times when it computes how long they take.
"""

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, Model, TextField

from portal.models.fields import UtcDateTimeField

TIMES = ("opened", "claimed", "consented", "refused", "imported", "renewed", "reminders_stopped")
INDEXES = (
    """CREATE INDEX "onboarding_remindable" ON "onboarding" ("started_at") \
WHERE email <> '' AND finished_at IS NULL AND withdrawn_at IS NULL""",
    """CREATE INDEX "onboarding_importing" ON "onboarding" ("finished_at") \
WHERE finished_at IS NOT NULL AND imported_at IS NULL""",
)


class Onboarding(Model):
    id = AutoField()

    class Meta:
        legacy_table_names = False


class ConnectLinkEmail(Model):
    id = AutoField()
    onboarding = ForeignKeyField(Onboarding, on_delete="CASCADE", index=False)
    kind = CharField()
    state = CharField()
    attempts = IntegerField()
    error = TextField(null=True)
    created_at = UtcDateTimeField()
    due_at = UtcDateTimeField()
    sending_at = UtcDateTimeField(null=True)
    sent_at = UtcDateTimeField(null=True)

    class Meta:
        legacy_table_names = False
        indexes = ((("onboarding", "kind"), True),)


ConnectLinkEmail.add_index(
    ConnectLinkEmail.index(
        ConnectLinkEmail.due_at, name="connect_link_email_waiting", where=SQL("state = 'waiting'")
    )
)


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("onboarding", "email", CharField(default="")),
        migrator.add_column("onboarding", "locale", CharField(default="en")),
        migrator.add_column("onboarding", "note", TextField(default="")),
        *(
            migrator.add_column("onboarding", f"{name}_at", UtcDateTimeField(null=True))
            for name in TIMES
        ),
    )
    db.execute_sql(
        """UPDATE onboarding SET opened_at = step_changed_at, claimed_at = step_changed_at
WHERE merchant_id IS NOT NULL AND finished_at IS NULL"""
    )
    db.execute_sql("UPDATE onboarding SET refused_at = step_changed_at WHERE step = 'refused'")
    db.execute_sql(
        """UPDATE onboarding SET opened_at = finished_at, claimed_at = finished_at,
consented_at = finished_at WHERE finished_at IS NOT NULL"""
    )
    db.execute_sql(
        """UPDATE onboarding SET imported_at = finished_at WHERE finished_at IS NOT NULL
AND EXISTS (SELECT 1 FROM sync_state WHERE store_id = onboarding.store_id)
AND NOT EXISTS (SELECT 1 FROM sync_state
                WHERE store_id = onboarding.store_id AND last_success_at IS NULL)"""
    )
    for statement in INDEXES:
        db.execute_sql(statement)
    with db.bind_ctx([ConnectLinkEmail]):
        db.create_tables([ConnectLinkEmail])
