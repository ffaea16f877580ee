"""Say in one sentence how a store stands, and which one button comes next."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.models import StoreState, WebhookHealth
from portal.rules.freshness import Freshness
from portal.services.store_overview import StoreOverview
from portal.web.formats import number


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


def headline_of(overview: StoreOverview) -> Headline:
    """Return the most important thing to say about the store."""
    if not overview.store.is_working:
        return _stopped(overview)
    if overview.has(Freshness.FAILING):
        return Headline(
            "warn",
            _("Ecwid doesn't answer as it should. Reading goes on by itself; nothing is lost."),
            _sync_now(overview),
        )
    if overview.has(Freshness.PAUSED):
        return Headline(
            "warn",
            _("Reading is paused for a part of your store, so that part may grow old."),
            Step(_("See what is paused"), url_for("sync.index", store_id=overview.store.id)),
        )
    if overview.is_copying:
        return Headline(
            "info",
            _("Your catalogue is being copied for the first time. You can leave this page."),
        )
    if overview.has(Freshness.LATE):
        return Headline(
            "warn",
            _("The copy of your store is later than it should be."),
            _sync_now(overview),
        )
    return _well(overview)


def _well(overview: StoreOverview) -> Headline:
    if overview.store.webhook_health == WebhookHealth.SILENT:
        return Headline(
            "warn",
            _("Ecwid has stopped telling us of changes. We look for them; none is lost."),
            Step(_("See what to do"), url_for("stores.connection", store_id=overview.store.id)),
        )
    products = Step(_("See the products"), url_for("products.index", store_id=overview.store.id))
    if overview.unreadable:
        text = ngettext(
            "Your store is in step, except for %(count)s record that could not be read.",
            "Your store is in step, except for %(count)s records that could not be read.",
            overview.unreadable,
            count=number(overview.unreadable),
        )
        return Headline("warn", text, products)
    return Headline("good", _("All is well: your store and its copy are in step."), products)


def _stopped(overview: StoreOverview) -> Headline:
    reconnect = Step(_("Reconnect the store"), url_for("connect.start"), is_post=True)
    details = Step(
        _("See what is missing"), url_for("stores.connection", store_id=overview.store.id)
    )
    if overview.store.state == StoreState.CONNECTING:
        return Headline(
            "info",
            _("You allowed access, but Ecwid doesn't show us the store yet. We try each minute."),
        )
    sentences = {
        StoreState.RECONNECT: (
            _("Ecwid no longer accepts our access. Reconnect, and all goes on where it stopped."),
            reconnect,
        ),
        StoreState.ACTION_REQUIRED: (
            _("Permissions are missing, so nothing is read. Reconnect to grant them."),
            reconnect,
        ),
        StoreState.PLAN_BLOCKED: (
            _("Your Ecwid plan has no API access, so nothing can be read. Venture is enough."),
            details,
        ),
        StoreState.SUSPENDED: (
            _("Ecwid has suspended this store. Settle it with Ecwid; we go on by ourselves then."),
            details,
        ),
    }
    text, step = sentences.get(
        StoreState(overview.store.state), (_("This store is disconnected."), reconnect)
    )
    return Headline("bad", text, step)


def _sync_now(overview: StoreOverview) -> Step:
    return Step(_("Sync now"), url_for("stores.sync", store_id=overview.store.id), is_post=True)
