"""Add the parcels and the refund that an order update reports."""

from portal.models.fields import JsonField


def up(migrator, db):
    migrator.migrate(migrator.add_column("order_update", "notes", JsonField(null=True)))
    db.execute_sql(
        'CREATE INDEX "order_update_notes" ON "order_update" ("store_id", "order_id", "id")'
        " WHERE notes IS NOT NULL"
    )
