"""Hold what is wrong with stores, from when it was found until it was put right."""

from __future__ import annotations

from datetime import timedelta

from peewee import SQL, AutoField, CharField, ForeignKeyField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store


class Issue(Table):
    """Keep one trouble of one store; at most one of a kind is open for a store.

    ``cause``, ``impact`` and ``next_action`` are texts that rules have marked for translation,
    ``action`` names the step behind the last of them. ``detail`` is a JSON object with what the
    texts leave open, such as the names of missing scopes.
    """

    id = AutoField()
    store = ForeignKeyField(Store, backref="issues", on_delete="CASCADE", index=False)
    store_id: int
    kind = CharField()
    cause = TextField()
    impact = TextField()
    next_action = TextField()
    action = CharField(default="")
    detail = JsonField(null=True, default=dict)  # None in rows of before
    opened_at = UtcDateTimeField(default=utc_now)
    resolved_at = UtcDateTimeField(null=True)
    notified_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "id"), False),)

    @property
    def duration(self) -> timedelta:
        """Return for how long it was open, up to now if it still is."""
        duration: timedelta = (self.resolved_at or utc_now()) - self.opened_at
        return duration


Issue.add_index(
    Issue.index(
        Issue.store,
        Issue.kind,
        name="issue_one_open",
        unique=True,
        where=SQL("resolved_at IS NULL"),
    )
)
