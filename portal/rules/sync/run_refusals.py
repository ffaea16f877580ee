"""Reasons why a run or a replay can't be started or changed, with the texts that explain them."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import N_


class RunRefusal(StrEnum):
    """Reason for the refusal; `RUN_REFUSAL_TEXTS` has its text."""

    STORE_STOPPED = "store_stopped"
    PAUSED = "paused"
    NOT_PAUSED = "not_paused"
    FINISHED = "finished"
    INVALID_RECORD_ID = "invalid_record_id"
    ALREADY_RESOLVED = "already_resolved"
    NOTHING_QUARANTINED = "nothing_quarantined"
    ALREADY_PENDING = "already_pending"
    NO_MATCHING_EVENT = "no_matching_event"
    REPLAY_RUNNING = "replay_running"
    REPLAY_ENDED = "replay_ended"


RUN_REFUSAL_TEXTS: dict[str, str] = {
    RunRefusal.STORE_STOPPED: N_("Nothing can be read until the store works again."),
    RunRefusal.PAUSED: N_("Reading is paused here. Resume it first."),
    RunRefusal.NOT_PAUSED: N_("Reading isn't paused here."),
    RunRefusal.FINISHED: N_("This run has ended already."),
    RunRefusal.ALREADY_RESOLVED: N_("This record has been read well meanwhile."),
    RunRefusal.NOTHING_QUARANTINED: N_("Nothing that can be read again is set aside here."),
    RunRefusal.ALREADY_PENDING: N_("This event waits to be applied already."),
    RunRefusal.NO_MATCHING_EVENT: N_("No event that has been dealt with matches."),
    RunRefusal.REPLAY_RUNNING: N_(
        "A replay of this store is under way. Wait for it, or cancel it."
    ),
    RunRefusal.REPLAY_ENDED: N_("This replay has ended already."),
    RunRefusal.INVALID_RECORD_ID: N_("No record can have this ID."),
}
