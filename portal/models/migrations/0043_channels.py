"""Add channels and consents; keys and endpoints get a channel of their merchant.

Each merchant with keys or endpoints gets a channel, and a consent of each store that these reach.
"""

from collections import defaultdict

from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from portal.models.fields import JsonField, UtcDateTimeField, utc_now

SCOPES = ["read_catalog", "read_orders", "write_orders", "read_health", "run_syncs"]
TABLES = ("api_key", "webhook_endpoint")
ROWS_PER_STATEMENT = 100


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class Merchant(Frozen):
    id = AutoField()


class Membership(Frozen):
    id = AutoField()
    merchant_id = IntegerField()
    store_id = BigIntegerField()


class Channel(Frozen):
    id = AutoField()
    name = CharField()
    kind = CharField()
    merchant = ForeignKeyField(Merchant, null=True, unique=True, on_delete="CASCADE")
    logo_url = TextField()
    contact_email = CharField()
    status = CharField()
    status_changed_at = UtcDateTimeField()
    requested_scopes = JsonField()
    return_urls = JsonField()
    created_at = UtcDateTimeField()


class ChannelConsent(Frozen):
    id = AutoField()
    channel = ForeignKeyField(Channel, on_delete="CASCADE", index=False)
    store = ForeignKeyField(Store, on_delete="CASCADE")
    scopes = JsonField()
    status = CharField()
    granted_at = UtcDateTimeField()
    granted_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    changed_at = UtcDateTimeField()
    external_reference = CharField(null=True)
    last_used_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("channel", "store"), True),)


class ApiKey(Frozen):
    id = AutoField()
    merchant_id = IntegerField()
    store_id = BigIntegerField(null=True)
    channel_id = IntegerField(null=True)
    stores_chosen_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField()


class WebhookEndpoint(ApiKey):
    pass


def up(migrator, db):
    with db.bind_ctx((Channel, ChannelConsent)):
        db.create_tables((Channel, ChannelConsent))
    for table in TABLES:
        # Not by the migrator, which names the constraint differently from a new table.
        db.execute_sql(
            f'ALTER TABLE "{table}" ADD COLUMN "channel_id" INTEGER '
            'REFERENCES "channel" ("id") ON DELETE CASCADE'
        )
        migrator.migrate(
            migrator.add_column(table, "stores_chosen_at", UtcDateTimeField(null=True))
        )
    migrator.migrate(
        migrator.add_column("api_key", "mode", CharField(default="live")),
        migrator.add_column("api_key", "expires_at", UtcDateTimeField(null=True)),
    )
    with db.bind_ctx((Membership, Channel, ChannelConsent, ApiKey, WebhookEndpoint)):
        _fill()
    for table in TABLES:
        migrator.migrate(
            migrator.add_not_null(table, "channel_id"),
            migrator.drop_not_null(table, "merchant_id"),
            migrator.add_index(table, ("channel_id",)),
        )


def _fill():
    now = utc_now()
    programs = defaultdict(list)
    for table in (ApiKey, WebhookEndpoint):
        for row in table.select(table.merchant_id, table.store_id, table.created_at).namedtuples():
            programs[row.merchant_id].append((row.store_id, row.created_at))
    for merchant_id, reaches in programs.items():
        channel = Channel.create(
            name="",
            kind="own",
            merchant=merchant_id,
            logo_url="",
            contact_email="",
            status="active",
            status_changed_at=now,
            requested_scopes=[],
            return_urls=[],
            created_at=now,
        )
        for table in (ApiKey, WebhookEndpoint):
            mine = table.merchant_id == merchant_id
            table.update(channel_id=channel.id).where(mine).execute()
            is_for_all = table.store_id.is_null()
            table.update(stores_chosen_at=now).where(mine, is_for_all).execute()
        _add_consents(channel, merchant_id, reaches, now)


def _add_consents(channel, merchant_id, reaches, now):
    rows = []
    members = Membership.select(Membership.store_id).where(Membership.merchant_id == merchant_id)
    for (store_id,) in members.order_by(Membership.store_id).tuples():
        since = [at for reached, at in reaches if reached in (None, store_id)]
        if since:
            rows.append(
                {
                    "channel": channel.id,
                    "store": store_id,
                    "scopes": SCOPES,
                    "status": "active",
                    "granted_at": min(since),
                    "granted_by": merchant_id,
                    "changed_at": now,
                }
            )
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        ChannelConsent.insert_many(rows[start : start + ROWS_PER_STATEMENT]).execute()
