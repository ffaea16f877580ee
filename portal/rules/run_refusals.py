"""Name why a run can't be started or changed just now, and what helps."""

from __future__ import annotations

from enum import StrEnum

from portal.rules.texts import marked


class Refusal(StrEnum):
    """Name the reason; `REFUSALS` says it in words."""

    STORE_STOPPED = "store_stopped"
    PAUSED = "paused"
    NOT_PAUSED = "not_paused"
    FINISHED = "finished"
    NO_RECORD_ID = "no_record_id"
    READ_ALREADY = "read_already"


REFUSALS: dict[str, str] = {
    Refusal.STORE_STOPPED: marked("Nothing can be read until the connection is mended."),
    Refusal.PAUSED: marked("Reading is paused here. Resume it first."),
    Refusal.NOT_PAUSED: marked("Reading isn't paused here."),
    Refusal.FINISHED: marked("This run has ended already."),
    Refusal.READ_ALREADY: marked("This record has been read well meanwhile."),
    Refusal.NO_RECORD_ID: marked("No record can have this ID."),
}
