"""Summaries of stores for the operators' list, one row per store."""

from __future__ import annotations

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store
from portal.rules.connection.health_word import HealthWord
from portal.rules.connection.store_states import StoreState
from portal.rules.sync.freshness import Freshness
from portal.rules.webhooks.liveness import WebhookHealth

ONLY_ROW = 1


class StoreSummary(Table):
    """Health of one store and what it is derived from; the schedule keeps it up to date.

    ``word`` is a `HealthWord`, and has been since ``since_at``. ``trouble`` sorts the list: the
    worst store has the largest. ``freshness`` is the worst level of all resources. No resource
    becomes late before ``check_at``, None if none is on time. ``last_change_at`` is the last
    change at the store that the portal knows of. ``failing_orders`` counts submissions with an
    unknown result or refused for another reason than their content, and order updates that a
    person has to decide. ``search`` has the store's name, URL and owner's e-mail address, folded.
    The columns of the store are copies, which show that it has changed.
    """

    store = ForeignKeyField(Store, primary_key=True, on_delete="CASCADE")
    store_id: int
    word = CharField(default=HealthWord.CONNECTING)
    since_at = UtcDateTimeField(default=utc_now)
    trouble = BigIntegerField(default=0, index=True)
    freshness = CharField(default=Freshness.NEVER)
    check_at = UtcDateTimeField(null=True)
    open_issues = IntegerField(default=0)
    failed_events = IntegerField(default=0)
    failing_orders = IntegerField(default=0)
    unreadable = IntegerField(default=0)
    last_change_at = UtcDateTimeField(null=True)
    search = TextField(default="")
    state = CharField(default=StoreState.CONNECTING)
    is_closed = BooleanField(default=False)
    webhook_health = CharField(default=WebhookHealth.PENDING)


class StoreSummaryProgress(Table):
    """Single row with the progress of the pass over all stores.

    The pass that began at ``started_at`` continues after the store ``after_id``; None if it has
    ended. All summaries are at least as new as ``as_of``, None before the end of the first pass.
    """

    id = IntegerField(primary_key=True, default=ONLY_ROW)
    after_id = BigIntegerField(null=True)
    started_at = UtcDateTimeField()
    as_of = UtcDateTimeField(null=True)
