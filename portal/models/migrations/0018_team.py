"""Keep invitations to work in a store, and let a store have one owner at most."""

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CharField,
    ForeignKeyField,
    Model,
)

from portal.models.fields import UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class Merchant(Frozen):
    id = AutoField()


class Membership(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    role = CharField()


class StoreInvitation(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    email = CharField(index=True)
    invited_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    token_digest = CharField(unique=True)
    invited_at = UtcDateTimeField()
    expires_at = UtcDateTimeField()

    class Meta:
        indexes = ((("store", "email"), True),)


ONE_OWNER = Membership.index(
    Membership.store,
    name="membership_one_owner",
    unique=True,
    where=SQL("role = 'owner'"),
)

# Whoever connected first is the owner; nobody could become another one until now.
LATER_OWNERS = """UPDATE membership SET role = 'staff' WHERE role = 'owner' AND id NOT IN
(SELECT MIN(id) FROM membership WHERE role = 'owner' GROUP BY store_id)"""


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    db.execute_sql(LATER_OWNERS)
    with db.bind_ctx((Membership, StoreInvitation)):
        db.execute(ONE_OWNER)
        db.create_tables((StoreInvitation,))
