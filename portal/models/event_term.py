"""Hold which words the events' payloads contain, so that events are found by them."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, CompositeKey, IntegerField

from portal.models.base import Table
from portal.models.fields import UtcDateTimeField
from portal.rules.webhooks.search_terms import TERM_LENGTH_LIMIT

ONLY_ROW = 1


class EventTerm(Table):
    """Keep that a word stands in an event, by the event's row: the key is the order of a list.

    Without a foreign key, whose index would double the table: where an event was erased its words
    lead nowhere, for a search looks each event up.
    """

    store_id = BigIntegerField()
    term = CharField(max_length=TERM_LENGTH_LIMIT)
    event_id = IntegerField()

    class Meta:
        primary_key = CompositeKey("store_id", "term", "event_id")


class EventTermProgress(Table):
    """Keep up to which event the words are noted; ``received_at`` is when that one came."""

    id = IntegerField(primary_key=True, default=ONLY_ROW)
    upto_id = IntegerField()
    received_at = UtcDateTimeField()
