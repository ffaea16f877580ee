"""Add facts of a store's profile for channels, and an index of the orders' references."""

from portal.models.fields import JsonField


def up(migrator, db):
    # The next profile read fills the column.
    migrator.migrate(migrator.add_column("store", "profile_details", JsonField(null=True)))
    db.execute_sql(
        'CREATE INDEX "order_store_id_external_id" ON "order" '
        '("store_id", "external_id") WHERE external_id IS NOT NULL'
    )
