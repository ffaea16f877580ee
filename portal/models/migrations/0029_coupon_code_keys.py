"""Compare coupon codes without case and outer blanks; keep a claim of each new customer."""

from unicodedata import normalize

from peewee import BigIntegerField, CharField, CompositeKey, Model

KEY_LENGTH = 255
TURKISH = str.maketrans("\u0130\u0131", "ii")
# Few orders have a coupon.
ORDER_INDEX = """CREATE INDEX "order_store_id_coupon_code_key" ON "order" \
("store_id", "coupon_code_key", "remote_created_at", "remote_id") \
WHERE coupon_code_key IS NOT NULL"""


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Coupon(Frozen):
    store_id = BigIntegerField()
    remote_id = BigIntegerField()
    code = CharField()
    code_key = CharField()

    class Meta:
        primary_key = CompositeKey("store_id", "remote_id")


class Order(Frozen):
    store_id = BigIntegerField()
    remote_id = BigIntegerField()
    coupon_code = CharField(null=True)
    coupon_code_key = CharField(null=True)

    class Meta:
        primary_key = CompositeKey("store_id", "remote_id")


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("coupon", "code_key", CharField(default="")),
        migrator.add_column("order", "coupon_code_key", CharField(null=True)),
        migrator.add_column("order_submission", "new_customer_claim", CharField(null=True)),
    )
    with db.bind_ctx([Coupon, Order]):
        # The indexes of the codes find the rows of each code, so they are dropped afterwards.
        _fill(Coupon, Coupon.code, "code_key")
        _fill(Order, Order.coupon_code, "coupon_code_key")
    migrator.migrate(
        migrator.drop_index("order", "order_store_id_coupon_code"),
        migrator.drop_index("coupon", "coupon_store_id_code_remote_id"),
        migrator.add_index("coupon", ("store_id", "code_key", "remote_id")),
        migrator.add_index("order_submission", ("store_id", "new_customer_claim"), unique=True),
    )
    db.execute_sql(ORDER_INDEX)


def _fill(table, code, key_name):
    """Set the key of every code; only Python folds the case of all letters on both databases."""
    found = (
        table.select(table.store_id, code).where(code.is_null(is_null=False)).distinct().tuples()
    )
    for store_id, text in list(found):
        letters = normalize("NFC", text.strip()).translate(TURKISH).casefold()
        key = normalize("NFC", letters)[:KEY_LENGTH]
        table.update({key_name: key}).where(table.store_id == store_id, code == text).execute()
