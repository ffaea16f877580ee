"""Status message at the top of a store's page."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.rules.connection.health_word import HealthWord
from portal.services.connection.store_overview import StoreOverview
from portal.web.formats import number
from portal.web.stores.banner import StatusMessage, Step, problem_of


def status_message_of(overview: StoreOverview) -> StatusMessage:
    """Return the most important message about the store."""
    problem = problem_of(overview.store)
    if problem is not None:
        return problem
    return _messages(overview).get(overview.health_word) or _in_sync(overview)


def _messages(overview: StoreOverview) -> dict[HealthWord, StatusMessage]:
    """Return the message of each word of a working store that is not in sync."""
    store_id, sync_now = overview.store.id, _sync_now(overview)
    return {
        HealthWord.FAILING: StatusMessage(
            "warn",
            _(
                "Syncing is failing because Ecwid doesn't answer. We retry automatically; nothing "
                "is lost."
            ),
            sync_now,
        ),
        HealthWord.PAUSED: StatusMessage(
            "warn",
            _("Syncing is paused for some of your records, so they may be out of date."),
            Step(_("View what is paused"), url_for("sync.index", store_id=store_id)),
        ),
        HealthWord.FIRST_COPY: StatusMessage(
            "info",
            _("Your store is importing now. You can leave this page."),
        ),
        HealthWord.LATE: StatusMessage("warn", _("Syncing is behind schedule."), sync_now),
        HealthWord.WEBHOOKS_SILENT: StatusMessage(
            "warn",
            _("Ecwid has stopped sending webhooks. We check for changes instead; nothing is lost."),
            Step(_("See what to do"), url_for("stores.connection", store_id=store_id)),
        ),
    }


def _in_sync(overview: StoreOverview) -> StatusMessage:
    products = Step(_("View products"), url_for("products.index", store_id=overview.store.id))
    if overview.unreadable:
        text = ngettext(
            "%(count)s record couldn't be synced. Everything else is up to date.",
            "%(count)s records couldn't be synced. Everything else is up to date.",
            overview.unreadable,
            count=number(overview.unreadable),
        )
        return StatusMessage("warn", text, products)
    if overview.issues:
        text = _("Your store is in sync, but an issue needs your attention. See below.")
        return StatusMessage("warn", text)
    return StatusMessage("good", _("Everything is up to date."), products)


def _sync_now(overview: StoreOverview) -> Step:
    return Step(_("Sync now"), url_for("stores.sync", store_id=overview.store.id), is_post=True)
