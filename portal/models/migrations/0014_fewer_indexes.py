"""Drop the indexes of the mirror that no query reads: each is written to with every record."""

TABLES = ("category", "coupon", "customer", "order", "order_item", "product", "variation")
WITH_READ_TIME = ("coupon", "customer", "order", "product")

FEW_HAVE_THEM = (
    """CREATE INDEX "order_store_id_coupon_code" ON "order" \
("store_id", "coupon_code", "remote_created_at", "remote_id") WHERE coupon_code IS NOT NULL""",
    """CREATE INDEX "order_store_id_referer_id" ON "order" \
("store_id", "referer_id") WHERE referer_id IS NOT NULL""",
)


def up(migrator, db):
    # The primary key begins with the store, too.
    unread = [(table, f"{table}_store_id") for table in TABLES]
    unread += [(table, f"{table}_store_id_synced_at") for table in WITH_READ_TIME]
    unread += [
        ("order", "order_store_id_coupon_code_remote_created_at_remote_id"),
        ("order", "order_store_id_referer_id"),
    ]
    migrator.migrate(*(migrator.drop_index(table, name) for table, name in unread))
    for statement in FEW_HAVE_THEM:
        db.execute_sql(statement)
