"""Say what is wrong with a store that can't work, and give the one button that mends it.

Every page of such a store shows it, and mails lead to where the button leads.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.models import CopyErasure, Store, StoreState

# The pages that say it themselves.
_SELF_SPOKEN = ("stores.show", "stores.reconnect", "stores.ask_to_leave", "stores.leave")


@dataclass(frozen=True)
class Step:
    """Hold the next step: a button's text, where it leads, and whether it changes something."""

    text: str
    address: str
    is_post: bool = False


@dataclass(frozen=True)
class Headline:
    """Hold the sentence, its tone and the next step, if there is one."""

    tone: str
    text: str
    step: Step | None = None


def add_to(blueprint: Blueprint) -> None:
    """Let templates ask for it."""
    blueprint.add_app_template_global(mending_of)
    blueprint.add_app_template_global(_SELF_SPOKEN, "pages_that_mend")  # type: ignore[arg-type]


def mending_of(store: Store) -> Headline | None:
    """Return what to say of a store that can't work, with its button; None if it works."""
    if store.is_working:
        return None
    state = StoreState(store.state)
    if state is StoreState.CONNECTING:
        return Headline(
            "info",
            _("You allowed access, but Ecwid doesn't show us the store yet. We try each minute."),
        )
    if state is StoreState.DISCONNECTED:
        return _disconnected(store)
    look_again = Step(
        _("It is settled: look again"),
        url_for("stores.look_again", store_id=store.id),
        is_post=True,
    )
    sentences = {
        StoreState.RECONNECT: (
            _("Ecwid no longer accepts our access. Reconnect, and all goes on where it stopped."),
            _reconnect(store),
        ),
        StoreState.ACTION_REQUIRED: (
            _("Permissions are missing, so nothing is read. Reconnect to grant them."),
            _reconnect(store),
        ),
        StoreState.PLAN_BLOCKED: (
            _("Your Ecwid plan has no API access, so nothing can be read. Venture is enough."),
            look_again,
        ),
        StoreState.SUSPENDED: (
            _("Ecwid has suspended this store. Settle it with Ecwid; we go on by ourselves then."),
            look_again,
        ),
    }
    text, step = sentences[state]
    return Headline("bad", text, step)


def _disconnected(store: Store) -> Headline:
    if CopyErasure.under_way(store.id) is not None:
        return Headline(
            "info",
            _("This store is disconnected, and its copy is being erased. Reconnect it after that."),
        )
    return Headline(
        "bad",
        _("This store is disconnected: nothing is read or sent."),
        _reconnect(store),
    )


def _reconnect(store: Store) -> Step:
    address = url_for("stores.leave_to_reconnect", store_id=store.id)
    return Step(_("Reconnect the store"), address, is_post=True)
