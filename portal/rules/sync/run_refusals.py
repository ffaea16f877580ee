"""Name why a run or a replay can't be started or changed just now, and what helps."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import marked


class Refusal(StrEnum):
    """Name the reason; `REFUSALS` says it in words."""

    STORE_STOPPED = "store_stopped"
    PAUSED = "paused"
    NOT_PAUSED = "not_paused"
    FINISHED = "finished"
    NO_RECORD_ID = "no_record_id"
    READ_ALREADY = "read_already"
    NOTHING_UNREADABLE = "nothing_unreadable"
    WAITS_ALREADY = "waits_already"
    NOTHING_MATCHES = "nothing_matches"
    REPLAY_RUNS = "replay_runs"
    REPLAY_ENDED = "replay_ended"


REFUSALS: dict[str, str] = {
    Refusal.STORE_STOPPED: marked("Nothing can be read until the connection is mended."),
    Refusal.PAUSED: marked("Reading is paused here. Resume it first."),
    Refusal.NOT_PAUSED: marked("Reading isn't paused here."),
    Refusal.FINISHED: marked("This run has ended already."),
    Refusal.READ_ALREADY: marked("This record has been read well meanwhile."),
    Refusal.NOTHING_UNREADABLE: marked("Nothing that can be read again is set aside here."),
    Refusal.WAITS_ALREADY: marked("This event waits to be applied already."),
    Refusal.NOTHING_MATCHES: marked("No event that has been dealt with matches."),
    Refusal.REPLAY_RUNS: marked("A replay of this store is under way. Wait for it, or cancel it."),
    Refusal.REPLAY_ENDED: marked("This replay has ended already."),
    Refusal.NO_RECORD_ID: marked("No record can have this ID."),
}
