"""Keep a secret that is shown once in the browser session that shall see it."""

from peewee import TextField

from portal.models.fields import UtcDateTimeField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(
        migrator.add_column("browser_session", "sealed_one_time_secret", TextField(null=True)),
        migrator.add_column(
            "browser_session", "one_time_secret_until", UtcDateTimeField(null=True)
        ),
        migrator.add_index("browser_session", ("one_time_secret_until",)),
    )
