"""Hold up to where events have lost their payloads."""

from __future__ import annotations

from peewee import IntegerField

from portal.models.base import Table

ONLY_ROW = 1


class EventPruning(Table):
    """Keep up to which event the payloads are pruned; without a row none is."""

    id = IntegerField(primary_key=True, default=ONLY_ROW)
    upto_id = IntegerField()
