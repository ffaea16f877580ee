"""Make the first tables: accounts, stores, sync, events and the mirrored catalogue."""

from peewee import (
    SQL,
    AutoField,
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


class Merchant(Frozen):
    id = AutoField()
    email = CharField(unique=True)
    password_hash = CharField()
    verified_at = UtcDateTimeField(null=True)
    locale = CharField()
    is_operator = BooleanField()
    session_key = CharField()
    created_at = UtcDateTimeField()


class Store(Frozen):
    id = BigIntegerField(primary_key=True)
    name = CharField()
    url = TextField()
    currency = CharField()
    timezone = CharField()
    plan_name = CharField()
    plan_level = CharField()
    missing_features = JsonField()
    features = JsonField()
    state = CharField()
    state_since_at = UtcDateTimeField()
    webhook_mode = CharField(null=True)
    webhook_health = CharField()
    webhook_due_at = UtcDateTimeField(null=True, index=True)
    last_event_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField()
    connected_at = UtcDateTimeField()


class Membership(Frozen):
    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    store = ForeignKeyField(Store, on_delete="CASCADE")
    role = CharField()
    created_at = UtcDateTimeField()

    class Meta:
        indexes = ((("merchant", "store"), True),)


class Grant(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    merchant = ForeignKeyField(Merchant, null=True, on_delete="SET NULL")
    sealed_access_token = TextField()
    sealed_public_token = TextField(null=True)
    scopes = JsonField()
    granted_at = UtcDateTimeField()
    revoked_at = UtcDateTimeField(null=True)
    revoked_reason = CharField(null=True)

    class Meta:
        indexes = ((("store", "revoked_at"), False),)


class Lease(Frozen):
    name = CharField(primary_key=True)
    owner = CharField()
    until_at = UtcDateTimeField()


class SyncState(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    resource = CharField()
    high_water_at = UtcDateTimeField(null=True)
    last_success_at = UtcDateTimeField(null=True)
    next_due_at = UtcDateTimeField(null=True, index=True)
    paused_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "resource"), True),)


class SyncRun(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    resource = CharField()
    kind = CharField()
    state = CharField()
    checkpoint = JsonField(null=True)
    total = IntegerField(null=True)
    seen = IntegerField()
    saved = IntegerField()
    deleted = IntegerField()
    quarantined = IntegerField()
    requests = IntegerField()
    failures = IntegerField()
    error = TextField(null=True)
    due_at = UtcDateTimeField()
    created_at = UtcDateTimeField()
    started_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "resource", "id"), False), (("state", "due_at"), False))


SyncRun.add_index(
    SyncRun.index(
        SyncRun.store,
        SyncRun.resource,
        name="sync_run_one_unfinished",
        unique=True,
        where=SQL("finished_at IS NULL"),
    )
)


class WebhookEvent(Frozen):
    id = AutoField()
    event_id = CharField(unique=True)
    store_id = BigIntegerField()
    type = CharField()
    entity_id = CharField(null=True)
    event_created_at = UtcDateTimeField()
    received_at = UtcDateTimeField()
    payload = JsonField()
    state = CharField()
    attempts = IntegerField()
    due_at = UtcDateTimeField()
    error = TextField(null=True)
    processed_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store_id", "id"), False), (("state", "store_id", "due_at"), False))


class Quarantine(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    resource = CharField()
    entity_id = CharField()
    reason = TextField()
    payload = JsonField()
    first_seen_at = UtcDateTimeField()
    last_seen_at = UtcDateTimeField()
    resolved_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "resource", "entity_id"), True),)


class Mirror(Frozen):
    store = ForeignKeyField(Store, on_delete="CASCADE")
    remote_id = BigIntegerField()
    raw = JsonField()
    remote_updated_at = UtcDateTimeField()
    synced_at = UtcDateTimeField()
    deleted_at = UtcDateTimeField(null=True)


class Product(Mirror):
    name = TextField()
    sku = CharField(null=True)
    price = MoneyField(null=True)
    compare_to_price = MoneyField(null=True)
    quantity = IntegerField(null=True)
    is_in_stock = BooleanField()
    is_enabled = BooleanField()
    url = TextField(null=True)
    thumbnail_url = TextField(null=True)
    category_ids = JsonField()
    remote_created_at = UtcDateTimeField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = (
            (("store", "sku"), False),
            (("store", "synced_at"), False),
            (("store", "remote_updated_at", "remote_id"), False),
        )


class Variation(Mirror):
    product_id = BigIntegerField()
    number = IntegerField(null=True)
    sku = CharField(null=True)
    options = JsonField()
    price = MoneyField(null=True)
    quantity = IntegerField(null=True)
    is_in_stock = BooleanField()

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = ((("store", "product_id"), False), (("store", "sku"), False))


class Category(Mirror):
    parent_id = BigIntegerField(null=True)
    name = TextField()
    is_enabled = BooleanField()
    product_count = IntegerField(null=True)
    position = IntegerField(null=True)
    url = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")


TABLES = (
    Merchant,
    Store,
    Membership,
    Grant,
    Lease,
    SyncState,
    SyncRun,
    WebhookEvent,
    Quarantine,
    Product,
    Variation,
    Category,
)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
