"""Let people enter a name, which others see instead of their email address."""

from peewee import CharField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(migrator.add_column("merchant", "name", CharField(default="")))
