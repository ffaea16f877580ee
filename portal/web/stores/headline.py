"""Say in one sentence how a store stands, and which one button comes next."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.models import WebhookHealth
from portal.rules.sync.freshness import Freshness
from portal.services.connection.store_overview import StoreOverview
from portal.web.formats import number
from portal.web.stores.mending import Headline, Step, mending_of


def headline_of(overview: StoreOverview) -> Headline:
    """Return the most important thing to say about the store."""
    mending = mending_of(overview.store)
    if mending is not None:
        return mending
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


def _sync_now(overview: StoreOverview) -> Step:
    return Step(_("Sync now"), url_for("stores.sync", store_id=overview.store.id), is_post=True)
