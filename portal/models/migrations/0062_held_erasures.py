"""Hold requests to erase a customer for a while, so that an owner can stop them."""

from portal.models.fields import UtcDateTimeField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(
        migrator.add_column("privacy_request", "held_until", UtcDateTimeField(null=True)),
    )
