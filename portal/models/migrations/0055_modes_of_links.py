"""Add the mode of connect links: that of the key that made them."""

from peewee import CharField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(migrator.add_column("onboarding", "mode", CharField(default="live")))
