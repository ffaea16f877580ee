"""Add claims of stock, the submission that another one waits for, and the channel's reference."""

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, IntegerField, Model

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class OrderSubmission(Frozen):
    id = AutoField()
    request = JsonField(null=True)
    channel_reference = CharField(null=True)


class StockClaim(Frozen):
    id = AutoField()
    submission = ForeignKeyField(OrderSubmission, on_delete="CASCADE")
    product_id = BigIntegerField(index=True)
    variation_id = BigIntegerField()
    quantity = IntegerField()
    stock = BigIntegerField()
    made_at = UtcDateTimeField()


INDEXES = {
    "order_submission_waiting": '("waits_for") WHERE waits_for IS NOT NULL',
    "order_submission_references": (
        '("store_id", "channel_reference") WHERE channel_reference IS NOT NULL'
    ),
    "order_submission_keys": '("store_id", "idempotency_key")',
    "order_submission_numbers": '("store_id", "order_number") WHERE order_number IS NOT NULL',
}


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("order_submission", "waits_for", IntegerField(null=True)),
        migrator.add_column("order_submission", "channel_reference", CharField(null=True)),
    )
    with db.bind_ctx((OrderSubmission, StockClaim)):
        db.create_tables((StockClaim,))
        rows = OrderSubmission.select(OrderSubmission.id, OrderSubmission.request)
        for row in list(rows.tuples()):
            reference = (row[1] or {}).get("channel_reference")
            if reference:
                OrderSubmission.update(channel_reference=reference).where(
                    OrderSubmission.id == row[0]
                ).execute()
    for name, columns in INDEXES.items():
        db.execute_sql(f'CREATE INDEX "{name}" ON "order_submission" {columns}')
