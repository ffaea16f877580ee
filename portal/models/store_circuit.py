"""Hold whether a store's API may be asked for its events just now."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store


class StoreCircuit(Table):
    """Keep how often in a row a store's API has failed, and until when its events wait.

    Open since ``opened_at``: the API fails for all, so one call at ``resume_at`` tries whether it
    works again (the ``probes``-th was the last), and no event's attempts are counted. With
    ``resume_at`` alone, Ecwid has asked us to wait (429). ``topic`` is what was last asked for.
    """

    store = ForeignKeyField(Store, primary_key=True, on_delete="CASCADE")
    store_id: int
    topic = CharField()
    failures = IntegerField(default=0)
    probes = IntegerField(default=0)
    opened_at = UtcDateTimeField(null=True)
    resume_at = UtcDateTimeField(null=True)
    error = TextField(null=True)
