"""Add test stores, and the mode of endpoints: those of test keys get events of test stores only."""

from peewee import BooleanField, CharField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(
        migrator.add_column("store", "is_test", BooleanField(default=False)),
        migrator.add_column("webhook_endpoint", "mode", CharField(default="live")),
    )
