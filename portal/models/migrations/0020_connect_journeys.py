"""Keep the ways of merchants to a connected store: links that operators made, and own ones."""

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, IntegerField, Model

from portal.models.fields import UtcDateTimeField


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Merchant(Frozen):
    id = AutoField()


class ConnectJourney(Frozen):
    id = AutoField()
    label = CharField()
    made_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    merchant = ForeignKeyField(Merchant, null=True, on_delete="CASCADE", backref="+")
    store_id = BigIntegerField(null=True)
    step = CharField()
    problem = CharField(null=True)
    rounds = IntegerField()
    begun_at = UtcDateTimeField()
    step_at = UtcDateTimeField(index=True)
    expires_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)
    withdrawn_at = UtcDateTimeField(null=True)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx([ConnectJourney]):
        db.create_tables([ConnectJourney])
