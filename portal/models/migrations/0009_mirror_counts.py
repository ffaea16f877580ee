"""Keep how many live records each mirrored table has of each store, beginning with a count."""

from peewee import BigIntegerField, CharField, CompositeKey, ForeignKeyField, IntegerField, Model


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class MirrorCount(Frozen):
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    mirrored = CharField()
    live = IntegerField()

    class Meta:
        primary_key = CompositeKey("store", "mirrored")


MIRRORED = ("product", "variation", "category", "order", "customer", "coupon")

COUNT = """INSERT INTO "mirror_count" ("store_id", "mirrored", "live")
SELECT "store_id", '{0}', COUNT(*) FROM "{0}" WHERE "deleted_at" IS NULL GROUP BY store_id"""


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx([MirrorCount]):
        db.create_tables([MirrorCount])
    for name in MIRRORED:
        db.execute_sql(COUNT.format(name))
