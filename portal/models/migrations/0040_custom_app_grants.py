"""Let a grant come from a custom app, with its client secret and scopes yet to be verified."""

from peewee import CharField, TextField

from portal.models.fields import JsonField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(
        migrator.add_column("grant", "source", CharField(default="oauth")),
        migrator.add_column("grant", "sealed_client_secret", TextField(null=True)),
        migrator.add_column("grant", "unverified_scopes", JsonField(null=True)),
    )
