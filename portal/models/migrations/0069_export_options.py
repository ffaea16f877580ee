"""Let an export have the filter and the order of a list, and other options."""

from peewee import TextField

from portal.models.fields import JsonField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(
        migrator.add_column("record_export", "options", JsonField(null=True)),
        migrator.add_column("record_export", "cursor", TextField(null=True)),
    )
