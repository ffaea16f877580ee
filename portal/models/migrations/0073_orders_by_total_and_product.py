"""Index orders by their total and by the products of their items."""

ITEMS_OF_PRODUCT = "order_item_store_id_product_id"


def up(migrator, db):
    # As peewee writes it, because a test compares the texts.
    db.execute_sql(
        'CREATE INDEX "order_store_id_total" ON "order"'
        ' ("store_id", COALESCE(total, -1), "remote_id")'
    )
    # The order's id, so that a product's orders are found without reading their items.
    columns = ("store_id", "product_id", "order_id")
    migrator.migrate(
        migrator.add_index("order_item", columns),
        migrator.drop_index("order_item", ITEMS_OF_PRODUCT),
    )
