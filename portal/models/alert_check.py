"""Time of the last search for alerts, to notice that the daemon did not run."""

from __future__ import annotations

from peewee import IntegerField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField

ONLY_ROW = 1


class AlertCheck(Table):
    """The last search; the table has one row, or none before the first search."""

    id = IntegerField(primary_key=True, default=ONLY_ROW)
    checked_at = UtcDateTimeField(default=utc_now)
