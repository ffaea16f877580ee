"""Let API keys be suspended and limited to networks, and remember who made and last used them."""

from peewee import CharField

from portal.models.fields import JsonField, UtcDateTimeField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(
        migrator.add_column("api_key", "allowed_networks", JsonField(null=True)),
        migrator.add_column("api_key", "maker", CharField(null=True)),
        migrator.add_column("api_key", "suspended_at", UtcDateTimeField(null=True)),
        migrator.add_column("api_key", "expiry_reminded_at", UtcDateTimeField(null=True)),
        migrator.add_column("api_key", "last_used_from", CharField(default="")),
    )
