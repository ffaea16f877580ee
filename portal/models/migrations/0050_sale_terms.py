"""Add the stock buffer and the pause of selling of each channel in each store."""

from peewee import CharField, SmallIntegerField

from portal.models.fields import UtcDateTimeField


def up(migrator, db):  # noqa: ARG001 - peewee-migrate's signature
    migrator.migrate(
        migrator.add_column("channel_consent", "stock_buffer", SmallIntegerField(default=0)),
        migrator.add_column("channel_consent", "selling_paused_at", UtcDateTimeField(null=True)),
        migrator.add_column("channel_consent", "selling_paused_by", CharField(null=True)),
        migrator.add_column("channel_consent", "selling_pause_reason", CharField(null=True)),
    )
