"""Progress of pruning event payloads."""

from __future__ import annotations

from peewee import IntegerField

from portal.models.base import Table

ONLY_ROW = 1


class EventPruning(Table):
    """Single row with the last event whose payload was pruned; missing before the first."""

    id = IntegerField(primary_key=True, default=ONLY_ROW)
    upto_id = IntegerField()
