"""Rename the role staff to manager, and let invitations name a role."""

from peewee import CharField


def up(migrator, db):
    db.execute_sql("UPDATE membership SET role = 'manager' WHERE role = 'staff'")
    migrator.migrate(
        migrator.add_column("store_invitation", "role", CharField(default="manager")),
    )
