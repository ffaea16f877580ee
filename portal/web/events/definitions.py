"""Say what the words for an event's state mean, and those for what came of an attempt."""

from __future__ import annotations

from portal.i18n import marked
from portal.rules.webhooks.event_types import EventTopic

# By `EventState`.
EVENT_DEFINITIONS: dict[str, str] = {
    "pending": marked("Accepted and kept; what it is about is read from the store again soon"),
    "applied": marked("What it is about was read again, and stands here as in the store"),
    "ignored": marked("It is about something that is not copied here"),
    "dead": marked("Given up after the last attempt; you can replay it"),
}
# By `AttemptOutcome`.
ATTEMPT_DEFINITIONS: dict[str, str] = {
    "applied": marked("Read and written"),
    "ignored": marked("There was nothing to do"),
    "echo": marked("It tells of what was written from here; nothing more follows from it"),
    "failed": marked("Counted; after the last attempt an event is given up"),
    "postponed": marked("Not counted, for it wasn't this event's fault; it is tried again"),
}
_READ_AGAIN = marked("Read again: nothing had changed. The copy stood as in the store already.")
# What an applied event that changed no record came to, by `EventTopic`.
UNCHANGED_DEFINITIONS: dict[str, str] = {
    EventTopic.PRODUCT: _READ_AGAIN,
    EventTopic.CATEGORY: _READ_AGAIN,
    EventTopic.ORDER: _READ_AGAIN,
    EventTopic.CUSTOMER: _READ_AGAIN,
    EventTopic.COUPON: _READ_AGAIN,
    EventTopic.CONNECTION: marked("The store's profile, plan and permissions were read again."),
    EventTopic.INSTALLED: marked("There was nothing to read: connecting the store does that."),
}
