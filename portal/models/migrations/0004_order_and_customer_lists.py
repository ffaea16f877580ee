"""Let long lists of orders and customers be walked along an index, whatever they are sorted by."""

from peewee import CharField, TextField

OLD_INDEXES = {
    "order": ("order_store_id_email", "order_store_id_customer_id", "order_store_id_coupon_code"),
    "customer": ("customer_store_id_email",),
    "coupon": ("coupon_store_id_code",),
}
PLACE = ("remote_created_at", "remote_id")
NEW_INDEXES = (
    ("order", ("store_id", "email", *PLACE)),
    ("order", ("store_id", "customer_id", *PLACE)),
    ("order", ("store_id", "coupon_code", *PLACE)),
    ("customer", ("store_id", "email", "remote_id")),
    ("customer", ("store_id", "name_key", "remote_id")),
    ("coupon", ("store_id", "code", "remote_id")),
)


def up(migrator, db):
    for table, names in OLD_INDEXES.items():
        migrator.migrate(*(migrator.drop_index(table, name) for name in names))
    for table in ("order", "customer"):
        db.execute_sql(
            f"""UPDATE "{table}" SET remote_created_at = remote_updated_at \
WHERE remote_created_at IS NULL"""  # noqa: S608 - the names stand right above
        )
    migrator.migrate(
        migrator.add_not_null("order", "remote_created_at"),
        migrator.add_not_null("customer", "remote_created_at"),
        migrator.add_column("customer", "email_as_given", TextField(null=True)),
        migrator.add_column("customer", "name_key", CharField(default="")),
    )
    db.execute_sql(
        """UPDATE customer SET email_as_given = email, \
name_key = substr(lower(coalesce(name, '')), 1, 255)"""
    )
    migrator.migrate(*(migrator.add_index(*index) for index in NEW_INDEXES))
