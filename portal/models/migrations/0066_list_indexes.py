"""Index records by what people sort and filter their lists by."""

from peewee import PostgresqlDatabase

# The first characters of the first searched text; the databases spell their byte order differently.
NAME_ON_SQLITE = "substr(text, 6, 60)"
NAME_ON_POSTGRESQL = '(substr(text, 6, 60) COLLATE "C")'
# As peewee writes them, because a test compares the texts.
INDEXES = {
    "product_store_id_price": ("product", "COALESCE(price, -1), ", ""),
    "product_store_id_quantity": ("product", "COALESCE(quantity, 2147483647), ", ""),
    "product_store_id_hidden": ("product", "", " WHERE NOT is_enabled AND deleted_at IS NULL"),
    "product_store_id_sold_out": ("product", "", " WHERE NOT is_in_stock AND deleted_at IS NULL"),
    "customer_store_id_order_count": ("customer", "COALESCE(order_count, -1), ", ""),
    "coupon_store_id_order_count": ("coupon", "COALESCE(order_count, -1), ", ""),
}


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    name = NAME_ON_POSTGRESQL if isinstance(db, PostgresqlDatabase) else NAME_ON_SQLITE
    for index, (table, value, where) in INDEXES.items():
        db.execute_sql(
            f'CREATE INDEX "{index}" ON "{table}" ("store_id", {value}"remote_id"){where}'
        )
    db.execute_sql(
        "CREATE INDEX search_document_name ON search_document"
        f" (store_id, mirror_table, {name}, remote_id) WHERE mirror_table <> 'order'"
    )
