"""Add when records were last read and first imported; reword open issues and a status.

Resources that were synced before have no time of their last read until the next one.
"""

from peewee import AutoField, BigIntegerField, CharField, Model, TextField

from portal.models.fields import UtcDateTimeField

# Texts of open issues by their former text; all issues of a kind had the same.
TEXTS = {
    "cause": {
        "Permissions that we need in your Ecwid store aren't granted, or no longer.": (
            "Some permissions in your Ecwid store are missing or were removed."
        ),
        "The key that our access to the store was locked with is gone.": (
            "We can no longer decrypt our access to the store."
        ),
        "The store's Ecwid plan has no API access any more.": (
            "The store's Ecwid plan no longer has API access."
        ),
        "Our app was removed from the store, and our access ended with it.": (
            "Our app was removed from the store, so we have no access any more."
        ),
    },
    "impact": {
        "Nothing is read or sent until all are granted. The records copied so far are kept.": (
            "Nothing is synced and no orders are sent until all are granted. Everything synced so "
            "far is kept."
        ),
        "Nothing is read or sent. The records copied so far are kept.": (
            "Nothing is synced and no orders are sent. Everything synced so far is kept."
        ),
        "Nothing is read or sent any more.": "Nothing is synced and no orders are sent.",
    },
    "next_action": {
        "Reconnect the store, and leave all permissions ticked on Ecwid's page.": (
            "Reconnect the store and allow access on Ecwid's page."
        ),
        "Reconnect the store; all goes on where it stopped.": (
            "Reconnect the store. Syncing resumes where it left off."
        ),
        "Reconnect the store: Ecwid gives us new access, and all goes on.": (
            "Reconnect the store. Ecwid gives us new access, and syncing resumes."
        ),
        "Choose a plan with API access at Ecwid; we notice and resume syncing.": (
            "Choose a plan with API access in Ecwid. We notice it and resume syncing."
        ),
        "If it wasn't meant so, reconnect the store; all goes on where it stopped.": (
            "If that was a mistake, reconnect the store. Syncing resumes where it left off."
        ),
    },
}


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class StoreSummary(Frozen):
    store_id = BigIntegerField(primary_key=True)
    word = CharField()


class Issue(Frozen):
    id = AutoField()
    cause = TextField()
    impact = TextField()
    next_action = TextField()
    resolved_at = UtcDateTimeField(null=True)


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("store", "first_imported_at", UtcDateTimeField(null=True)),
        migrator.add_column("sync_state", "last_read_at", UtcDateTimeField(null=True)),
    )
    with db.bind_ctx([StoreSummary, Issue]):
        StoreSummary.update(word="initial_import").where(
            StoreSummary.word == "first_copy"
        ).execute()
        for column, texts in TEXTS.items():
            for former, text in texts.items():
                Issue.update({column: text}).where(
                    getattr(Issue, column) == former, Issue.resolved_at.is_null()
                ).execute()
