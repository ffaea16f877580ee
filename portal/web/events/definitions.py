"""Definitions of event states and attempt outcomes, shown as explanations on the pages."""

from __future__ import annotations

from portal.i18n import N_
from portal.rules.webhooks.event_types import EventTopic
from portal.services.mirror.resources import SPECS_BY_TOPIC

# By `EventState`.
EVENT_DEFINITIONS: dict[str, str] = {
    "pending": N_("Received; we'll read the record from Ecwid again soon"),
    "applied": N_("Record refreshed from Ecwid"),
    "ignored": N_("It concerns data that we don't sync"),
    "dead": N_("All attempts failed; you can replay it"),
}
# By `AttemptOutcome`.
ATTEMPT_DEFINITIONS: dict[str, str] = {
    "applied": N_("Record read and saved"),
    "ignored": N_("Nothing to do"),
    "own_write": N_("Caused by our own change; already saved"),
    "failed": N_("Counts as a failed attempt"),
    "postponed": N_("Doesn't count as an attempt, because the event isn't the cause; we'll retry"),
}
_READ_AGAIN = N_("Record read again; nothing had changed.")
# Explanation for an applied event that changed no record, by `EventTopic`.
UNCHANGED_DEFINITIONS: dict[str, str] = {
    **dict.fromkeys(SPECS_BY_TOPIC, _READ_AGAIN),
    EventTopic.CONNECTION: N_("Store profile, plan and permissions checked again."),
    EventTopic.INSTALLED: N_("Nothing to read; connecting the store does that."),
}
