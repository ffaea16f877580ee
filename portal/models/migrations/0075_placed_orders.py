"""Index the placed orders with their totals, for the sums of a store by the day."""

IS_PLACED = "deleted_at IS NULL AND COALESCE(payment_status, '') <> 'INCOMPLETE'"


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    # As peewee writes it, because a test compares the texts.
    db.execute_sql(
        'CREATE INDEX "order_store_id_placed" ON "order"'
        ' ("store_id", "remote_created_at", "total", "payment_status", "deleted_at")'
        f" WHERE {IS_PLACED}"
    )
