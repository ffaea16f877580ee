"""Add the mark of test deliveries, and the index by which waiting ones are found."""

from peewee import BooleanField


def up(migrator, db):
    migrator.migrate(migrator.add_column("delivery", "is_test", BooleanField(default=False)))
    db.execute_sql(
        'CREATE INDEX "delivery_waiting_tests" ON "delivery" ("endpoint_id", "due_at")'
        " WHERE is_test AND state IN ('waiting', 'failed')"
    )
