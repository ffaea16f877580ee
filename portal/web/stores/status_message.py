"""Sentence and button of a store's status, by its word; the tone is that of the status's label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.models import Store
from portal.rules.connection.health_word import IN_SYNC_WORDS, HealthWord
from portal.services.connection.store_overview import StoreOverview
from portal.web.formats import number
from portal.web.stores.brand_name import branded
from portal.web.stores.status_labels import HEALTH_WORDS

# Words of stores whose changes are all here.
_UP_TO_DATE = IN_SYNC_WORDS | {HealthWord.NEEDS_ATTENTION}


@dataclass(frozen=True)
class Step:
    """Button of a status message; ``is_post`` if pressing it changes something."""

    text: str
    address: str
    is_post: bool = False


@dataclass(frozen=True)
class StatusMessage:
    """Text about a store's status, its tone and its button.

    ``changed_at`` is when the store last changed, if all changes are here and a page may say so.
    """

    tone: str
    text: str
    step: Step | None = None
    changed_at: datetime | None = None


def status_message_of(overview: StoreOverview) -> StatusMessage:
    """Return the message about the store's status, as its own page shows it."""
    if overview.health_word is HealthWord.UNREADABLE:
        text = ngettext(
            "%(count)s record couldn't be synced. Everything else is up to date.",
            "%(count)s records couldn't be synced. Everything else is up to date.",
            overview.unreadable,
            count=number(overview.unreadable),
        )
        step = Step(_("View records"), url_for("sync.quarantine", store_id=overview.store.id))
        return StatusMessage(_tone(overview.health_word), text, step, overview.last_change_at)
    message = message_about(overview.store, overview.health_word)
    if overview.health_word in _UP_TO_DATE:
        return replace(message, changed_at=overview.last_change_at)
    return message


def message_about(store: Store, word: HealthWord) -> StatusMessage:
    """Return the message of a store with this word."""
    text = branded(_connection_texts().get(word) or _sync_texts()[word], store)
    step = _STEPS.get(word)
    return StatusMessage(_tone(word), text, step(store) if step else None)


def _tone(word: HealthWord) -> str:
    tone = HEALTH_WORDS[word].tone
    # A banner without a tone would not be seen.
    return "info" if tone == "plain" else tone


def _connection_texts() -> dict[HealthWord, str]:
    return {
        HealthWord.CONNECTING: _(
            "You allowed access, but we can't read the store at Ecwid yet. We try again every "
            "minute."
        ),
        HealthWord.RECONNECT: _("Ecwid no longer accepts our access. Reconnect to resume syncing."),
        HealthWord.ACTION_REQUIRED: _(
            "Some permissions are missing, so syncing is stopped. Reconnect to grant them."
        ),
        HealthWord.PLAN_BLOCKED: _(
            "Your Ecwid plan has no API access, so syncing is stopped. Upgrade the plan in Ecwid."
        ),
        HealthWord.SUSPENDED: _(
            "This store is paused or suspended in Ecwid. Syncing resumes when it is open again."
        ),
        HealthWord.CLOSED: _(
            "The storefront is closed in Ecwid, so new orders are refused until it is open again."
        ),
        HealthWord.UNINSTALLED: _(
            "Our app was removed from this store in Ecwid. Reconnect to resume syncing."
        ),
        HealthWord.DISCONNECTED: _(
            "This store is disconnected. Nothing is synced and no orders are sent."
        ),
        HealthWord.ERASING: _(
            "This store is disconnected and its data is being erased. You can reconnect it after "
            "that."
        ),
        HealthWord.ERASED: _(
            "This store is disconnected and its data is erased. Reconnect to import it again."
        ),
    }


def _sync_texts() -> dict[HealthWord, str]:
    return {
        HealthWord.FAILING: _(
            "Syncing is failing because Ecwid doesn't answer. We retry automatically; nothing is "
            "lost."
        ),
        HealthWord.PAUSED: _(
            "Syncing is paused for some of your records, so they may be out of date."
        ),
        HealthWord.INITIAL_IMPORT: _("Your store is importing now. You can leave this page."),
        HealthWord.CATCHING_UP: _(
            "Catching up on changes since your store was last connected. You can leave this page."
        ),
        HealthWord.LATE: _("Syncing is behind schedule."),
        HealthWord.WEBHOOKS_SILENT: _(
            "Ecwid has stopped sending webhooks. We check for changes instead; nothing is lost."
        ),
        HealthWord.UNREADABLE: _("Some records couldn't be synced. Everything else is up to date."),
        HealthWord.NEEDS_ATTENTION: _("Your store is in sync, but an issue needs your attention."),
        HealthWord.IMPORTED: _(
            "The initial import is finished. Your store now syncs automatically."
        ),
        HealthWord.IN_SYNC: _("Everything is up to date."),
    }


def _check_again(store: Store) -> Step:
    address = url_for("stores.check_connection", store_id=store.id)
    return Step(_("Check again"), address, is_post=True)


def _reconnect(store: Store) -> Step:
    address = url_for("stores.start_reconnect", store_id=store.id)
    return Step(_("Reconnect the store"), address, is_post=True)


def _sync_now(store: Store) -> Step:
    return Step(_("Sync now"), url_for("stores.sync", store_id=store.id), is_post=True)


def _view_products(store: Store) -> Step:
    return Step(_("View products"), url_for("products.index", store_id=store.id))


_STEPS: dict[HealthWord, Callable[[Store], Step]] = {
    HealthWord.RECONNECT: _reconnect,
    HealthWord.ACTION_REQUIRED: _reconnect,
    HealthWord.UNINSTALLED: _reconnect,
    HealthWord.DISCONNECTED: _reconnect,
    HealthWord.ERASED: _reconnect,
    HealthWord.PLAN_BLOCKED: _check_again,
    HealthWord.SUSPENDED: _check_again,
    HealthWord.CLOSED: _check_again,
    HealthWord.FAILING: _sync_now,
    HealthWord.LATE: _sync_now,
    HealthWord.PAUSED: lambda store: Step(
        _("View what is paused"), url_for("sync.index", store_id=store.id)
    ),
    HealthWord.WEBHOOKS_SILENT: lambda store: Step(
        _("See what to do"), url_for("stores.connection", store_id=store.id)
    ),
    HealthWord.IMPORTED: _view_products,
    HealthWord.IN_SYNC: _view_products,
}
