"""Definitions of event states and attempt outcomes, shown as explanations on the pages."""

from __future__ import annotations

from portal.i18n import N_
from portal.rules.webhooks.event_types import EventTopic
from portal.services.mirror.resources import SPECS_BY_TOPIC

# By `EventState`.
EVENT_DEFINITIONS: dict[str, str] = {
    "pending": N_("Accepted and kept; what it is about is read from the store again soon"),
    "applied": N_("What it is about was read again, and stands here as in the store"),
    "ignored": N_("It is about something that is not copied here"),
    "dead": N_("Given up after the last attempt; you can replay it"),
}
# By `AttemptOutcome`.
ATTEMPT_DEFINITIONS: dict[str, str] = {
    "applied": N_("Read and written"),
    "ignored": N_("There was nothing to do"),
    "own_write": N_("It tells of what was written from here; nothing more follows from it"),
    "failed": N_("Counted; after the last attempt an event is given up"),
    "postponed": N_("Not counted, for it wasn't this event's fault; it is tried again"),
}
_READ_AGAIN = N_("Read again: nothing had changed. The copy stood as in the store already.")
# Explanation for an applied event that changed no record, by `EventTopic`.
UNCHANGED_DEFINITIONS: dict[str, str] = {
    **dict.fromkeys(SPECS_BY_TOPIC, _READ_AGAIN),
    EventTopic.CONNECTION: N_("The store's profile, plan and permissions were read again."),
    EventTopic.INSTALLED: N_("There was nothing to read: connecting the store does that."),
}
