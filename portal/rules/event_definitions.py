"""Say what the words for an event's state mean, and those for what came of an attempt."""

from __future__ import annotations

from portal.rules.texts import marked

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
    "failed": marked("Counted; after the last attempt an event is given up"),
    "postponed": marked("Not counted, for it wasn't this event's fault; it is tried again"),
}
