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
    RunRefusal.STORE_STOPPED: N_("We can't sync until the store's connection works again."),
    RunRefusal.PAUSED: N_("Syncing is paused. Resume it first."),
    RunRefusal.NOT_PAUSED: N_("Syncing isn't paused."),
    RunRefusal.FINISHED: N_("This run has already ended."),
    RunRefusal.ALREADY_RESOLVED: N_("This record has already been synced."),
    RunRefusal.NOTHING_QUARANTINED: N_("There are no skipped records to retry."),
    RunRefusal.ALREADY_PENDING: N_("This event is already waiting to be processed."),
    RunRefusal.NO_MATCHING_EVENT: N_("No processed event matches."),
    RunRefusal.REPLAY_RUNNING: N_(
        "A replay is already running for this store. Wait for it, or cancel it."
    ),
    RunRefusal.REPLAY_ENDED: N_("This replay has already ended."),
    RunRefusal.INVALID_RECORD_ID: N_("This isn't a valid record ID."),
}
