"""Add the change feed, empty: its readers begin with a full read; index deleted records."""

from peewee import SQL, BigAutoField, BigIntegerField, CharField, ForeignKeyField, Model

from portal.models.fields import JsonField, UtcDateTimeField

MIRRORED = ("product", "variation", "category", "order", "customer", "coupon")


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class ChangeFeedEntry(Frozen):
    id = BigAutoField()
    transaction_id = BigIntegerField()
    store_id = BigIntegerField()
    mirror_table = CharField()
    remote_id = BigIntegerField()
    operation = CharField()
    changed_fields = JsonField(null=True)
    at = UtcDateTimeField()


class ChangeFeedPruning(Frozen):
    store = ForeignKeyField(Store, on_delete="CASCADE", primary_key=True)
    pruned_at = UtcDateTimeField()


IS_POSTGRESQL = SQL("transaction_id > 0")
ChangeFeedEntry.add_index(
    ChangeFeedEntry.index(
        ChangeFeedEntry.transaction_id,
        ChangeFeedEntry.id,
        name="change_feed_entry_order",
        where=IS_POSTGRESQL,
    )
)
ChangeFeedEntry.add_index(
    ChangeFeedEntry.index(
        ChangeFeedEntry.store_id,
        ChangeFeedEntry.transaction_id,
        ChangeFeedEntry.id,
        name="change_feed_entry_store",
        where=IS_POSTGRESQL,
    )
)

TABLES = (ChangeFeedEntry, ChangeFeedPruning)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
    for table in MIRRORED:
        db.execute_sql(
            f'CREATE INDEX "{table}_deleted" ON "{table}" ("deleted_at") '
            "WHERE deleted_at IS NOT NULL"
        )
