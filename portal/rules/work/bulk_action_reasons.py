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
    RunRefusal.STORE_STOPPED: N_("We can't sync until the store's connection works again."),
    RunRefusal.NOT_PAUSED: N_("Syncing isn't paused."),
    RunRefusal.NO_MATCHING_EVENT: N_("The store has no failed events."),
    RunRefusal.REPLAY_RUNNING: N_("A replay is already running."),
    BulkActionReason.DISCONNECTED: N_("The store is disconnected."),
    BulkActionReason.NO_TOKEN: N_("We have no access. The merchant must reconnect the store."),
    BulkActionReason.NO_RECIPIENT: N_("Nobody on its team can receive our emails."),
    BulkActionReason.ALREADY_PAUSED: N_("Everything is already paused."),
    BulkActionReason.IS_SO: N_("Nothing to change."),
    BulkActionReason.APP_REMAINS: N_("The merchant must remove the app in Ecwid."),
    BulkActionReason.ERROR: N_("Unexpected error. See the daemon's log."),
}
