"""Add product selections, rules of what a channel sells, and entries for a single channel."""

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
)

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Merchant(Frozen):
    id = AutoField()


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class ChannelConsent(Frozen):
    id = AutoField()


class ChannelSelection(Frozen):
    consent = ForeignKeyField(ChannelConsent, primary_key=True, on_delete="CASCADE", backref="+")
    store = ForeignKeyField(Store, on_delete="CASCADE", backref="+")
    kind = CharField()
    category_ids = JsonField()
    expanded_category_ids = JsonField()
    conditions = JsonField()
    changed_at = UtcDateTimeField()
    changed_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    applied_to = BigIntegerField(null=True)
    due_at = UtcDateTimeField(null=True)
    unselected = IntegerField()
    unsellable = IntegerField()


class ChannelProduct(Frozen):
    consent = ForeignKeyField(ChannelConsent, on_delete="CASCADE", index=False, backref="+")
    product_id = BigIntegerField()
    is_selected = BooleanField()
    reasons = CharField()
    left_at = UtcDateTimeField(null=True)
    is_deleted = BooleanField()

    class Meta:
        primary_key = CompositeKey("consent", "product_id")


class ChannelPick(Frozen):
    consent = ForeignKeyField(ChannelConsent, on_delete="CASCADE", index=False, backref="+")
    product_id = BigIntegerField()
    is_picked = BooleanField()

    class Meta:
        primary_key = CompositeKey("consent", "product_id")


ChannelSelection.add_index(
    ChannelSelection.index(
        ChannelSelection.due_at, name="channel_selection_due", where=SQL("due_at IS NOT NULL")
    )
)
ChannelProduct.add_index(
    ChannelProduct.index(
        ChannelProduct.consent,
        ChannelProduct.product_id,
        name="channel_product_unsellable",
        where=SQL("reasons <> ''"),
    )
)


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("channel", "ignored_reasons", JsonField(null=True)),
        migrator.add_column("channel", "option_types", JsonField(null=True)),
        migrator.add_column("change_feed_entry", "consent_id", BigIntegerField(null=True)),
    )
    tables = (ChannelSelection, ChannelProduct, ChannelPick)
    with db.bind_ctx((Merchant, Store, ChannelConsent, *tables)):
        db.create_tables(tables)
