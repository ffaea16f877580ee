"""Keep when stores are looked at next, what their tokens have lost, and what issues ask for."""

from peewee import CharField

from portal.models.fields import JsonField, UtcDateTimeField


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("store", "probe_due_at", UtcDateTimeField(null=True)),
        migrator.add_index("store", ("probe_due_at",)),
        migrator.add_column("store", "probed_at", UtcDateTimeField(null=True)),
        migrator.add_column("grant", "lost_scopes", JsonField(null=True)),
        migrator.add_column("issue", "action", CharField(default="")),
        migrator.add_column("issue", "detail", JsonField(null=True)),
    )
    # All are looked at once, soon; from then on each at its own hour.
    db.execute_sql("UPDATE store SET probe_due_at = connected_at")
