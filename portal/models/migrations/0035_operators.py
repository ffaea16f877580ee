"""Give operators a role, let accounts be locked, and log actions that concern no store."""

from peewee import CharField

from portal.models.fields import UtcDateTimeField


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("merchant", "operator_role", CharField(null=True)),
        migrator.add_column("merchant", "locked_at", UtcDateTimeField(null=True)),
    )
    db.execute_sql("UPDATE merchant SET operator_role = 'admin' WHERE is_operator")
    migrator.migrate(
        migrator.drop_column("merchant", "is_operator"),
        migrator.drop_not_null("audit_log_entry", "store_id"),
    )
