"""Words and tones of a store's status, and of the cards beside it: one table for all pages.

No card is green while the status is bad: what a card knows is then out of date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import g
from flask_babel import lazy_gettext as _l

from portal.models import Store, StoreState, utc_now
from portal.rules.connection.health_word import HealthWord
from portal.rules.connection.plan import PlanLevel
from portal.rules.sync.freshness import Freshness
from portal.rules.webhooks.liveness import WebhookHealth
from portal.services.connection.store_status import words_of
from portal.services.mirror.resource_overview import ResourceOverview
from portal.web.label import Label
from portal.web.labels import FRESHNESS, PLAN_LEVELS, WEBHOOKS
from portal.web.stores.blueprint import blueprint
from portal.web.stores.brand_name import branded

HEALTH_WORDS: Mapping[str, Label] = {
    HealthWord.RECONNECT: Label(_l("Reconnect needed"), "bad"),
    HealthWord.ACTION_REQUIRED: Label(_l("Permissions missing"), "bad"),
    HealthWord.PLAN_BLOCKED: Label(_l("Plan upgrade needed"), "bad"),
    HealthWord.SUSPENDED: Label(_l("Paused or suspended in Ecwid"), "bad"),
    HealthWord.FAILING: Label(_l("Sync failing"), "bad"),
    HealthWord.LATE: Label(_l("Sync late"), "warn"),
    HealthWord.WEBHOOKS_SILENT: Label(_l("Webhooks not arriving"), "warn"),
    HealthWord.PAUSED: Label(_l("Sync paused"), "warn"),
    HealthWord.CLOSED: Label(_l("Storefront closed"), "warn"),
    HealthWord.UNREADABLE: Label(_l("Unreadable records"), "warn"),
    HealthWord.NEEDS_ATTENTION: Label(_l("Needs attention"), "warn"),
    HealthWord.CONNECTING: Label(_l("Connecting"), "info"),
    HealthWord.INITIAL_IMPORT: Label(_l("Initial import"), "info"),
    HealthWord.CATCHING_UP: Label(_l("Catching up"), "info"),
    HealthWord.IMPORTED: Label(_l("Initial import finished"), "good"),
    HealthWord.IN_SYNC: Label(_l("In sync"), "good"),
    HealthWord.UNINSTALLED: Label(_l("App removed in Ecwid"), "bad"),
    HealthWord.DISCONNECTED: Label(_l("Disconnected"), "plain"),
    HealthWord.ERASING: Label(_l("Erasing data"), "plain"),
    HealthWord.ERASED: Label(_l("Disconnected, data erased"), "plain"),
}
STOPPED = Label(_l("Stopped"), "plain")
CATCHING_UP = Label(_l("Catching up"), "info")
# A resource may be up to date while another one is still imported.
_MAY_BE_GREEN = frozenset({HealthWord.INITIAL_IMPORT, HealthWord.CATCHING_UP})


def word_of_store(store: Store) -> HealthWord:
    """Return the store's word: as read for this page, else as summarized some seconds ago."""
    if store.id not in _known():
        summarized = _summarized(store)
        if summarized is not None:
            return summarized
        read_words([store])
    found: HealthWord = _known()[store.id]
    return found


def read_words(stores: Iterable[Store]) -> None:
    """Read the words of all stores of a list at once; the labels below use them."""
    unknown = [store for store in stores if store.id not in _known()]
    _known().update(words_of(unknown, utc_now()))


def keep_word(store: Store, word: HealthWord) -> None:
    """Use the word that a view has derived for the whole page."""
    _known()[store.id] = word


@blueprint.app_template_filter()
def store_status(store: Store) -> Label:
    """Return the label of the store's status."""
    label = HEALTH_WORDS[word_of_store(store)]
    return Label(branded(str(label.text), store), label.tone)


@blueprint.app_template_global()
def plan_label(store: Store) -> Label:
    """Return the label of the store's plan; an answer of a former connection has no tone."""
    label = PLAN_LEVELS.get(store.plan_level) or Label(store.plan_level)
    is_cause = store.state == StoreState.PLAN_BLOCKED and store.plan_level == PlanLevel.BLOCKED
    if is_cause:
        return label
    return _beside_status(store, label) if store.is_working else Label(label.text, "plain")


@blueprint.app_template_global()
def webhook_label(store: Store) -> Label:
    """Return the label of the store's webhooks: stopped while the store doesn't work."""
    if store.state == StoreState.DISCONNECTED:
        return WEBHOOKS[WebhookHealth.OFF]
    if store.state == StoreState.CONNECTING:
        return WEBHOOKS[WebhookHealth.PENDING]
    if not store.is_working:
        return STOPPED
    return _beside_status(store, WEBHOOKS[store.webhook_health])


@blueprint.app_template_global()
def freshness_label(store: Store, resource: ResourceOverview) -> Label:
    """Return the label of a resource's freshness beside the store's status."""
    is_behind = resource.freshness in (Freshness.LATE, Freshness.ON_TIME) and resource.is_syncing
    if is_behind and word_of_store(store) is HealthWord.CATCHING_UP:
        return CATCHING_UP
    return _beside_status(store, FRESHNESS[resource.freshness])


def _beside_status(store: Store, label: Label) -> Label:
    word = word_of_store(store)
    may_be_green = HEALTH_WORDS[word].tone in ("good", "warn") or word in _MAY_BE_GREEN
    return label if may_be_green or label.tone != "good" else Label(label.text, "plain")


def _summarized(store: Store) -> HealthWord | None:
    """Return the word of the store's summary; None if it is older than the store's row."""
    summary = getattr(store, "summary", None)
    facts = ("state", "is_closed", "webhook_health")
    if summary is None or any(getattr(summary, name) != getattr(store, name) for name in facts):
        return None
    return HealthWord(summary.word)


def _known() -> dict[int, HealthWord]:
    if "store_words" not in g:
        g.store_words = {}
    known: dict[int, HealthWord] = g.store_words
    return known
