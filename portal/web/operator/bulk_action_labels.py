"""Texts of bulk actions: what each does, their states and their results."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.models import BulkActionItemState, BulkActionKind, BulkActionState
from portal.rules.work.bulk_action_reasons import BULK_ACTION_REASONS
from portal.web.label import Label, Text
from portal.web.operator.blueprint import blueprint


@dataclass(frozen=True)
class BulkActionText:
    """Name of an action, and its effect on each store."""

    name: Text
    effect: Text


KINDS: dict[str, BulkActionText] = {
    BulkActionKind.CHECK: BulkActionText(_l("Check now"), _l("Checks each store's connection.")),
    BulkActionKind.SYNC: BulkActionText(
        _l("Sync now"),
        _l("Syncs recent changes from each store. Paused stores stay paused."),
    ),
    BulkActionKind.PAUSE: BulkActionText(
        _l("Pause sync"),
        _l("Stops syncing from the stores until you resume it. Webhook events are still applied."),
    ),
    BulkActionKind.RESUME: BulkActionText(
        _l("Resume sync"), _l("Paused stores continue where they left off.")
    ),
    BulkActionKind.REPLAY: BulkActionText(
        _l("Replay failed events"), _l("Applies failed events again.")
    ),
    BulkActionKind.NOTIFY: BulkActionText(
        _l("Email merchants"),
        _l(
            "Each person in the stores' teams gets one email, even if they have several "
            "of the stores. Operators and locked accounts get none."
        ),
    ),
    BulkActionKind.MARK_TEST: BulkActionText(
        _l("Mark as test stores"),
        _l(
            "Marketplace channels can access test stores only with test keys. Their live "
            "apps lose access."
        ),
    ),
    BulkActionKind.MARK_LIVE: BulkActionText(
        _l("Mark as live stores"),
        _l(
            "Marketplace channels can access live stores only with live keys. Their test "
            "apps lose access."
        ),
    ),
    BulkActionKind.DISCONNECT: BulkActionText(
        _l("Disconnect"),
        _l(
            "Access to each store is deleted immediately, and only its merchant can "
            "reconnect it. Synced data is kept for the usual time."
        ),
    ),
}
STATES: dict[str, Label] = {
    BulkActionState.RUNNING: Label(_l("Running"), "info"),
    BulkActionState.DONE: Label(_l("Done"), "good"),
    BulkActionState.CANCELED: Label(_l("Canceled"), "plain"),
}
ITEM_STATES: dict[str, Label] = {
    BulkActionItemState.DONE: Label(_l("Done"), "good"),
    BulkActionItemState.SKIPPED: Label(_l("Skipped"), "plain"),
    BulkActionItemState.FAILED: Label(_l("Failed"), "bad"),
}


@blueprint.app_template_filter("bulk_action_name")
def kind_name(kind: str) -> Text:
    """Return the name of an action; one of a later version is shown as it is."""
    return KINDS[kind].name if kind in KINDS else kind


@blueprint.app_template_filter("bulk_action_state")
def state_label(state: str) -> Label:
    """Return the state of an action."""
    return STATES.get(state, Label(state))


@blueprint.app_template_filter("bulk_action_item_state")
def item_state_label(state: str) -> Label:
    """Return the result of an action for one store."""
    return ITEM_STATES.get(state, Label(state))


@blueprint.app_template_filter("bulk_action_reason")
def reason_text(reason: str) -> Text:
    """Return the explanation of a result."""
    return gettext(BULK_ACTION_REASONS[reason]) if reason in BULK_ACTION_REASONS else reason
