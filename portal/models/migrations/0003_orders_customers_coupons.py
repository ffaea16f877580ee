"""Keep orders with their items, customers and discount coupons."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from portal.models.fields import JsonField, MoneyField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class Mirror(Frozen):
    store = ForeignKeyField(Store, on_delete="CASCADE")
    remote_id = BigIntegerField()
    raw = JsonField()
    remote_updated_at = UtcDateTimeField()
    synced_at = UtcDateTimeField()
    deleted_at = UtcDateTimeField(null=True)


class Order(Mirror):
    number = CharField()
    payment_status = CharField(null=True)
    fulfilment_status = CharField(null=True)
    total = MoneyField(null=True)
    subtotal = MoneyField(null=True)
    tax = MoneyField(null=True)
    shipping_cost = MoneyField(null=True)
    coupon_discount = MoneyField(null=True)
    discount = MoneyField(null=True)
    refunded = MoneyField(null=True)
    email = TextField(null=True)
    customer_id = BigIntegerField(null=True)
    buyer_name = TextField(null=True)
    coupon_code = CharField(null=True)
    external_id = CharField(null=True)
    referer_id = CharField(null=True)
    tracking_number = TextField(null=True)
    item_count = IntegerField()
    remote_created_at = UtcDateTimeField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = (
            (("store", "number"), False),
            (("store", "synced_at"), False),
            (("store", "remote_created_at", "remote_id"), False),
            (("store", "remote_updated_at", "remote_id"), False),
            (("store", "payment_status", "remote_created_at", "remote_id"), False),
            (("store", "fulfilment_status", "remote_created_at", "remote_id"), False),
            (("store", "email"), False),
            (("store", "customer_id"), False),
            (("store", "coupon_code"), False),
            (("store", "referer_id"), False),
        )


class OrderItem(Frozen):
    store = ForeignKeyField(Store, on_delete="CASCADE")
    order_id = BigIntegerField()
    position = IntegerField()
    remote_id = BigIntegerField(null=True)
    product_id = BigIntegerField(null=True)
    variation_id = BigIntegerField(null=True)
    sku = CharField(null=True)
    name = TextField()
    quantity = IntegerField(null=True)
    price = MoneyField(null=True)
    coupon_amount = MoneyField(null=True)
    raw = JsonField()

    class Meta:
        primary_key = CompositeKey("store", "order_id", "position")
        indexes = ((("store", "product_id"), False),)


class Customer(Mirror):
    email = TextField(null=True)
    name = TextField(null=True)
    phone = TextField(null=True)
    country_code = CharField(null=True)
    group_id = BigIntegerField(null=True)
    group_name = TextField(null=True)
    order_count = IntegerField(null=True)
    sales_value = MoneyField(null=True)
    accepts_marketing = BooleanField()
    remote_created_at = UtcDateTimeField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = (
            (("store", "email"), False),
            (("store", "synced_at"), False),
            (("store", "remote_updated_at", "remote_id"), False),
            (("store", "remote_created_at", "remote_id"), False),
        )


class Coupon(Mirror):
    code = CharField()
    name = TextField(null=True)
    type = CharField(null=True)
    status = CharField(null=True)
    discount = MoneyField(null=True)
    minimum_subtotal = MoneyField(null=True)
    launches_at = UtcDateTimeField(null=True)
    expires_at = UtcDateTimeField(null=True)
    uses_limit = CharField(null=True)
    application_limit = CharField(null=True)
    order_count = IntegerField(null=True)
    catalogue_limit = JsonField(null=True)
    shipping_limit = JsonField(null=True)
    remote_created_at = UtcDateTimeField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = (
            (("store", "code"), False),
            (("store", "synced_at"), False),
            (("store", "remote_updated_at", "remote_id"), False),
        )


TABLES = (Order, OrderItem, Customer, Coupon)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
