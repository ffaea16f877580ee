"""Tell the pauses of a run apart from the time that it took."""

from peewee import IntegerField

from portal.models.fields import UtcDateTimeField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(
        migrator.add_column("sync_run", "paused_at", UtcDateTimeField(null=True)),
        migrator.add_column("sync_run", "paused_s", IntegerField(default=0)),
    )
