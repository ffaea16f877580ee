"""Results of a bulk action for one store that need an explanation, with their texts."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import N_
from portal.rules.sync.run_refusals import RUN_REFUSAL_TEXTS, RunRefusal


class BulkActionReason(StrEnum):
    """Reason why a store was skipped or failed, or what remains to be done.

    Refusals of runs and replays have their own codes, see `RunRefusal`.
    """

    DISCONNECTED = "disconnected"
    NO_TOKEN = "no_token"  # noqa: S105 - a reason, not a token
    NO_RECIPIENT = "no_recipient"
    ALREADY_PAUSED = "already_paused"
    IS_SO = "is_so"
    APP_REMAINS = "app_remains"
    ERROR = "error"


BULK_ACTION_REASONS: dict[str, str] = {
    **RUN_REFUSAL_TEXTS,
    RunRefusal.STORE_STOPPED: N_("The store doesn't work now, so nothing of it can be read."),
    RunRefusal.NOT_PAUSED: N_("Nothing of it is paused."),
    RunRefusal.NO_MATCHING_EVENT: N_("It has no failed events."),
    RunRefusal.REPLAY_RUNNING: N_("A replay of its events is under way already."),
    BulkActionReason.DISCONNECTED: N_("It is disconnected."),
    BulkActionReason.NO_TOKEN: N_("There is no access to it. Its merchant has to reconnect it."),
    BulkActionReason.NO_RECIPIENT: N_("Nobody of its team can get e-mails from us."),
    BulkActionReason.ALREADY_PAUSED: N_("All of it is paused already."),
    BulkActionReason.IS_SO: N_("It is so already."),
    BulkActionReason.APP_REMAINS: N_("Its merchant has to remove the app at Ecwid."),
    BulkActionReason.ERROR: N_("An unexpected error. The daemon's log has it."),
}
