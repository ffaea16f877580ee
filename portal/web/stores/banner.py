"""Banner that explains why a store does not work, with a button that fixes the problem.

Every page of such a store shows the banner. Emails link to the same target as the button.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from portal.models import Store, StoreDataErasure, StoreState
from portal.web.stores.blueprint import blueprint

# These pages show the status themselves.
PAGES_WITHOUT_BANNER = (
    "stores.show",
    "stores.reconnect",
    "stores.confirm_disconnect",
    "stores.disconnect",
)


@dataclass(frozen=True)
class Step:
    """Button of a status message; ``is_post`` if pressing it changes something."""

    text: str
    address: str
    is_post: bool = False


@dataclass(frozen=True)
class StatusMessage:
    """Text about a store's status, its tone and its button."""

    tone: str
    text: str
    step: Step | None = None


@blueprint.app_template_global()
def banner_of(store: Store) -> StatusMessage | None:
    """Return the banner for this page of a store; None if it needs none."""
    if request.endpoint in PAGES_WITHOUT_BANNER:
        return None
    return problem_of(store)


def problem_of(store: Store) -> StatusMessage | None:
    """Return why a store does not work or take orders, with the button; None if it does both."""
    if store.is_working:
        return _closed(store) if store.is_closed else None
    state = StoreState(store.state)
    if state is StoreState.CONNECTING:
        return StatusMessage(
            "info",
            _(
                "You allowed access, but we can't read the store at Ecwid yet. We try again every "
                "minute."
            ),
        )
    if state is StoreState.DISCONNECTED:
        return _disconnected(store)
    check_connection = _check_again(store)
    sentences = {
        StoreState.RECONNECT: (
            _("Ecwid no longer accepts our access. Reconnect to resume syncing."),
            _reconnect(store),
        ),
        StoreState.ACTION_REQUIRED: (
            _("Some permissions are missing, so syncing is stopped. Reconnect to grant them."),
            _reconnect(store),
        ),
        StoreState.PLAN_BLOCKED: (
            _(
                "Your Ecwid plan has no API access, so syncing is stopped. Upgrade the plan in "
                "Ecwid."
            ),
            check_connection,
        ),
        StoreState.SUSPENDED: (
            _("This store is paused or suspended in Ecwid. Syncing resumes when it is open again."),
            check_connection,
        ),
    }
    text, step = sentences[state]
    return StatusMessage("bad", text, step)


def _closed(store: Store) -> StatusMessage:
    return StatusMessage(
        "warn",
        _("The storefront is closed in Ecwid, so new orders are refused until it is open again."),
        _check_again(store),
    )


def _disconnected(store: Store) -> StatusMessage:
    if StoreDataErasure.in_progress(store.id) is not None:
        return StatusMessage(
            "info",
            _(
                "This store is disconnected and its data is being erased. You can reconnect it "
                "after that."
            ),
        )
    return StatusMessage(
        "bad",
        _("This store is disconnected. Nothing is synced and no orders are sent."),
        _reconnect(store),
    )


def _check_again(store: Store) -> Step:
    address = url_for("stores.check_connection", store_id=store.id)
    return Step(_("Check again"), address, is_post=True)


def _reconnect(store: Store) -> Step:
    address = url_for("stores.start_reconnect", store_id=store.id)
    return Step(_("Reconnect the store"), address, is_post=True)
