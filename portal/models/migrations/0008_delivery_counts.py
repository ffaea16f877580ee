"""Count the webhook deliveries that were refused, or kept for a store that can't use them yet."""

from peewee import BigIntegerField, CharField, CompositeKey, Model

from portal.models.fields import UtcDateTimeField


class DeliveryCount(Model):
    hour_at = UtcDateTimeField()
    problem = CharField()
    store_id = BigIntegerField()
    deliveries = BigIntegerField()
    last_at = UtcDateTimeField()

    class Meta:
        legacy_table_names = False
        primary_key = CompositeKey("hour_at", "problem", "store_id")


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx([DeliveryCount]):
        db.create_tables([DeliveryCount])
