"""Issues of stores, from detection to resolution."""

from __future__ import annotations

from datetime import timedelta

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store
from portal.rules.alerts.severities import Severity


class Issue(Table):
    """One issue of a store; a store has at most one open issue of each kind.

    ``cause``, ``impact`` and ``next_action`` are translatable texts from the rules; ``action`` is
    the action that ``next_action`` describes. ``detail`` is a JSON object with values for the
    texts, such as the names of missing scopes. ``severity`` is a `Severity`; it follows the
    operators' choice for the kind while the issue is open.

    ``count`` is the number of rows that the issue counts, and ``newest_at`` when the newest of them
    happened; None for kinds that count nothing. Rows until ``dismissed_at`` count no longer.
    """

    id = AutoField()
    store = ForeignKeyField(Store, backref="issues", on_delete="CASCADE", index=False)
    store_id: int
    kind = CharField()
    severity = CharField(default=Severity.WARNING)
    cause = TextField()
    impact = TextField()
    next_action = TextField()
    action = CharField(default="")
    detail = JsonField(null=True, default=dict)  # None in older rows
    opened_at = UtcDateTimeField(default=utc_now)
    resolved_at = UtcDateTimeField(null=True)
    notified_at = UtcDateTimeField(null=True)
    count = IntegerField(null=True)
    newest_at = UtcDateTimeField(null=True)
    dismissed_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "id"), False),)

    @property
    def duration(self) -> timedelta:
        """How long the issue was open, until now if it still is."""
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

# For the time until which each store's rows were dismissed.
Issue.add_index(
    Issue.index(
        Issue.kind,
        Issue.dismissed_at,
        Issue.store,
        name="issue_dismissed",
        where=SQL("dismissed_at IS NOT NULL"),
    )
)
