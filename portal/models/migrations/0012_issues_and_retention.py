"""Keep issues and a timeline of stores, since when webhooks are silent, and what was pruned."""

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

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class Merchant(Frozen):
    id = AutoField()


class Issue(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    kind = CharField()
    cause = TextField()
    impact = TextField()
    next_action = TextField()
    opened_at = UtcDateTimeField()
    resolved_at = UtcDateTimeField(null=True)
    notified_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "id"), False),)


class Timeline(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    what = CharField()
    detail = JsonField()
    who = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    happened_at = UtcDateTimeField()

    class Meta:
        indexes = ((("store", "id"), False),)


class EventPruning(Frozen):
    id = IntegerField(primary_key=True)
    upto_id = IntegerField()


Issue.add_index(
    Issue.index(
        Issue.store,
        Issue.kind,
        name="issue_one_open",
        unique=True,
        where=SQL("resolved_at IS NULL"),
    )
)

TABLES = (Issue, Timeline, EventPruning)

# What was set up before is taken to be so since the store was connected.
EARLIER_REGISTRATIONS = """UPDATE store SET webhook_registered_at = connected_at,
webhook_since_at = COALESCE(last_event_at, connected_at) WHERE webhook_health <> 'pending'"""


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
    migrator.migrate(
        migrator.add_column("store", "webhook_url", TextField(null=True)),
        *(
            migrator.add_column("store", name, UtcDateTimeField(null=True))
            for name in ("webhook_registered_at", "webhook_since_at", "webhook_unheard_at")
        ),
    )
    db.execute_sql(EARLIER_REGISTRATIONS)
