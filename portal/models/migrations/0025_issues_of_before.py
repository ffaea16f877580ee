"""Open the issue of each store that was stopped before issues told so, and is asked no more.

Others were looked at since, which opened theirs. Nobody is written to: it isn't news.
"""

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, Model, TextField, fn

from portal.models.fields import UtcDateTimeField

TOKEN_DEAD = {
    "kind": "token_dead",
    "cause": "Ecwid no longer accepts our access to the store.",
    "impact": "Nothing is read or sent. What was copied so far is kept.",
    "next_action": "Reconnect the store; all goes on where it stopped.",
}
UNINSTALLED = {
    "kind": "uninstalled",
    "cause": "Our app was removed from the store, and our access ended with it.",
    "impact": "Nothing is read or sent any more.",
    "next_action": "If it wasn't meant so, reconnect the store; all goes on where it stopped.",
}


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)
    state = CharField()
    state_since_at = UtcDateTimeField()


class Grant(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store)
    revoked_reason = CharField(null=True)


class Issue(Frozen):
    id = AutoField()
    store = ForeignKeyField(Store)
    kind = CharField()
    cause = TextField()
    impact = TextField()
    next_action = TextField()
    action = CharField()
    opened_at = UtcDateTimeField()
    resolved_at = UtcDateTimeField(null=True)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    with db.bind_ctx([Store, Grant, Issue]):
        _open(TOKEN_DEAD, Store.state == "reconnect")
        newest = Grant.select(fn.MAX(Grant.id)).group_by(Grant.store)
        uninstalled = Grant.select(Grant.store).where(
            Grant.id.in_(newest), Grant.revoked_reason == "the app was uninstalled"
        )
        _open(UNINSTALLED, (Store.state == "disconnected") & Store.id.in_(uninstalled))


def _open(issue, stopped):
    kinds = ("token_dead", "token_unreadable", "uninstalled")
    told = Issue.select(Issue.store).where(Issue.kind.in_(kinds), Issue.resolved_at.is_null())
    stores = Store.select().where(stopped, Store.id.not_in(told))
    Issue.insert_many(
        {**issue, "store": store.id, "action": "reconnect", "opened_at": store.state_since_at}
        for store in list(stores)
    ).execute()
