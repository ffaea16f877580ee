"""Add counts of products that can and can't be sold; the daemon fills them."""

from peewee import BigIntegerField, ForeignKeyField, IntegerField, Model

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class SellableCount(Frozen):
    store = ForeignKeyField(Store, primary_key=True, on_delete="CASCADE", backref="+")
    sellable = IntegerField()
    unsellable = IntegerField()
    reasons = JsonField()
    counted_at = UtcDateTimeField(null=True)
    seen_live = IntegerField()
    seen_change_at = UtcDateTimeField(null=True)
    cursor_id = BigIntegerField(null=True)
    counting = JsonField()
    due_at = UtcDateTimeField(index=True)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx((Store, SellableCount)):
        db.create_tables((SellableCount,))
