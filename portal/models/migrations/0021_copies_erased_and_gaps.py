"""Keep how copies are erased, and gaps in which a store could not be read; drop spent tokens."""

from peewee import SQL, AutoField, BigIntegerField, ForeignKeyField, Model

from portal.models.fields import JsonField, UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class Merchant(Frozen):
    id = AutoField()


class CopyErasure(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    asked_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    asked_at = UtcDateTimeField()
    total = BigIntegerField(null=True)
    erased = JsonField()
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "id"), False),)


class ReadingGap(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    from_at = UtcDateTimeField()
    until_at = UtcDateTimeField()
    closed_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "id"), False),)


CopyErasure.add_index(
    CopyErasure.index(
        CopyErasure.store,
        name="copy_erasure_one_under_way",
        unique=True,
        where=SQL("finished_at IS NULL"),
    )
)

TABLES = (CopyErasure, ReadingGap)

# What is over needs no token; from now on it is gone with the end of the consent.
SPENT_TOKENS = """UPDATE "grant" SET sealed_access_token = '', sealed_public_token = NULL
WHERE revoked_at IS NOT NULL"""


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
    db.execute_sql(SPENT_TOKENS)
