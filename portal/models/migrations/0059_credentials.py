"""Add confirmations of browsers, versions of credentials, and second factors required of teams."""

from peewee import BooleanField, IntegerField

from portal.models.fields import UtcDateTimeField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(
        migrator.add_column("browser_session", "confirmed_at", UtcDateTimeField(null=True)),
        migrator.add_column("merchant", "credential_version", IntegerField(default=0)),
        migrator.add_column("store", "requires_second_factor", BooleanField(default=False)),
    )
