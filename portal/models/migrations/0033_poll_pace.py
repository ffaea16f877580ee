"""Count checks without changes, mark scheduled runs, and index what sweeps look for."""

from peewee import BooleanField, IntegerField

from portal.models.fields import UtcDateTimeField


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("sync_state", "unchanged_checks", IntegerField(default=0)),
        migrator.add_column("sync_state", "quiet_since_at", UtcDateTimeField(null=True)),
        migrator.add_column("sync_state", "check_interval_s", IntegerField(null=True)),
        migrator.add_column("sync_run", "is_scheduled", BooleanField(default=False)),
        migrator.add_index("freshness_point", ("at", "store_id")),
        migrator.drop_index("freshness_point", "freshness_point_at"),
    )
    db.execute_sql(
        'CREATE INDEX "catch_up_open" ON "catch_up" ("store_id", "outage_until_at") '
        "WHERE finished_at IS NULL"
    )
