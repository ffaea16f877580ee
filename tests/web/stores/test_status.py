"""Every page shows one status of a store: the same word, tone and sentence, no green beside red.

Each status is reached as a person or Ecwid causes it, as far as the sandbox can.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from portal.models import (
    Merchant,
    Quarantine,
    Resource,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    WebhookHealth,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.connection.health_word import IMPORT_IS_NEWS_FOR, HealthWord
from portal.rules.connection.issue_kinds import IssueKind
from portal.services.connection.erase_store_data import erase_store_data
from portal.services.connection.probe_store import probe_store
from portal.services.operator.refresh_summaries import refresh_summaries
from portal.services.runtime import Runtime
from portal.services.sync.engine import process_run
from tests.factories import make_counted_issue, make_issue
from tests.web.conftest import Connect, Ecwid, Visitor
from tests.web.operator.conftest import set_role

# The tests of each page measure its code.
pytestmark = pytest.mark.unmeasured
NAME = "Clay & Co"
PAGES = ("", "/connection", "/sync", "/reconnect", "/products", "/orders", "/progress")


@dataclass(frozen=True)
class Shown:
    """What all pages show of a store with one status."""

    tone: str
    pill: str
    sentence: str


# Tone "plain" is that of the pill; a banner is then "info".
STATUSES: dict[HealthWord, Shown] = {
    HealthWord.RECONNECT: Shown("bad", "Reconnect needed", "Ecwid no longer accepts our access."),
    HealthWord.ACTION_REQUIRED: Shown(
        "bad", "Permissions missing", "Some permissions are missing, so syncing is stopped."
    ),
    HealthWord.PLAN_BLOCKED: Shown(
        "bad", "Plan upgrade needed", "Your Ecwid plan has no API access, so syncing is stopped."
    ),
    HealthWord.SUSPENDED: Shown(
        "bad", "Paused or suspended in Ecwid", "This store is paused or suspended in Ecwid."
    ),
    HealthWord.FAILING: Shown(
        "bad", "Sync failing", "Syncing is failing because Ecwid doesn't answer."
    ),
    HealthWord.LATE: Shown("warn", "Sync late", "Syncing is behind schedule."),
    HealthWord.WEBHOOKS_SILENT: Shown(
        "warn", "Webhooks not arriving", "Ecwid has stopped sending webhooks."
    ),
    HealthWord.PAUSED: Shown("warn", "Sync paused", "Syncing is paused for some of your records"),
    HealthWord.NEEDS_ATTENTION: Shown(
        "warn", "Needs attention", "Your store is in sync, but an issue needs your attention."
    ),
    HealthWord.CLOSED: Shown("warn", "Storefront closed", "The storefront is closed in Ecwid"),
    HealthWord.UNREADABLE: Shown(
        "warn", "Unreadable records", "couldn't be synced. Everything else is up to date."
    ),
    HealthWord.UNINSTALLED: Shown(
        "bad", "App removed in Ecwid", "Our app was removed from this store in Ecwid."
    ),
    HealthWord.CONNECTING: Shown("info", "Connecting", "we can't read the store at Ecwid yet"),
    HealthWord.CATCHING_UP: Shown(
        "info", "Catching up", "Catching up on changes since your store was last connected."
    ),
    HealthWord.INITIAL_IMPORT: Shown("info", "Initial import", "Your store is importing now."),
    HealthWord.IMPORTED: Shown(
        "good", "Initial import finished", "The initial import is finished."
    ),
    HealthWord.IN_SYNC: Shown("good", "In sync", "Everything is up to date."),
    HealthWord.DISCONNECTED: Shown(
        "plain", "Disconnected", "This store is disconnected. Nothing is synced"
    ),
    HealthWord.ERASING: Shown(
        "plain", "Erasing data", "This store is disconnected and its data is being erased."
    ),
    HealthWord.ERASED: Shown(
        "plain", "Disconnected, data erased", "This store is disconnected and its data is erased."
    ),
}


class Shop:
    """A store at the sandbox, with what happens to it."""

    def __init__(self, browser: Visitor, ecwid: Ecwid, connect: Connect, runtime: Runtime) -> None:
        self.browser, self.ecwid, self.runtime = browser, ecwid, runtime
        self.id = ecwid.add_store(name=NAME, products=2)
        connect(browser, self.id)

    @property
    def path(self) -> str:
        """Path of the store's page."""
        return f"/stores/{self.id}"

    def import_all(self) -> None:
        """Run the first import to its end."""
        for run in SyncRun.select():
            process_run(self.runtime, run.id)

    def sync(self) -> None:
        """Import everything long ago; the store is in sync since."""
        self.import_all()
        Store.update(first_imported_at=utc_now() - IMPORT_IS_NEWS_FOR).execute()

    def change(self, **changes: object) -> None:
        """Change the store in Ecwid; the next check of the connection finds it."""
        self.ecwid.server.parts.stores.change(self.id, changes)
        probe_store(self.runtime, self.id)

    def uninstall(self, *, is_event: bool) -> None:
        """Remove the app in Ecwid, which ends the token."""
        self.ecwid.server.parts.stores.uninstall(self.id)
        probe_store(self.runtime, self.id, is_uninstall_event=is_event)

    def lose_scopes(self) -> None:
        """Take permissions from the app's token."""
        self.ecwid.server.parts.stores.set_scopes(self.id, ["read_store_profile"])
        probe_store(self.runtime, self.id)

    def disconnect(self, copy: str) -> None:
        """Disconnect the store by its page."""
        self.browser.post(f"{self.path}/disconnect", name=NAME, copy=copy)

    def reconnect(self) -> None:
        """Reconnect the store by its page, after an outage."""
        self.uninstall(is_event=False)
        consent_url = self.browser.post(f"{self.path}/reconnect").headers["Location"]
        self.browser.get(self.ecwid.grant_consent(consent_url, self.id))


def make_late(shop: Shop) -> None:
    shop.sync()
    SyncState.update(last_success_at=utc_now() - timedelta(days=1)).execute()


def make_failing(shop: Shop) -> None:
    shop.sync()
    SyncRun.create(store=shop.id, resource=Resource.ORDERS, kind="incremental", failures=2)


def make_silent(shop: Shop) -> None:
    shop.sync()
    Store.update(webhook_health=WebhookHealth.SILENT).execute()
    make_issue(Store.get_by_id(shop.id), kind=IssueKind.WEBHOOKS_SILENT)


def make_unreadable(shop: Shop) -> None:
    shop.sync()
    Quarantine.put(shop.id, Resource.PRODUCTS, "5", "a price of nonsense", {"id": 5})


def after_sync(act: Callable[[Shop], object]) -> Callable[[Shop], None]:
    """Return the act upon a store in sync."""

    def acted(shop: Shop) -> None:
        shop.sync()
        act(shop)

    return acted


def erase(shop: Shop) -> None:
    shop.disconnect("erase")
    erase_store_data(shop.runtime, shop.id)


# How a store gets each status.
WAYS: dict[HealthWord, Callable[[Shop], object]] = {
    HealthWord.RECONNECT: after_sync(lambda shop: shop.uninstall(is_event=False)),
    HealthWord.ACTION_REQUIRED: after_sync(Shop.lose_scopes),
    HealthWord.PLAN_BLOCKED: after_sync(lambda shop: shop.change(plan="Free")),
    HealthWord.SUSPENDED: after_sync(lambda shop: shop.change(suspended=True)),
    HealthWord.FAILING: make_failing,
    HealthWord.LATE: make_late,
    HealthWord.WEBHOOKS_SILENT: make_silent,
    HealthWord.PAUSED: after_sync(
        lambda shop: shop.browser.post(f"{shop.path}/sync/pause/products")
    ),
    HealthWord.NEEDS_ATTENTION: after_sync(
        lambda shop: make_counted_issue(Store.get_by_id(shop.id))
    ),
    HealthWord.CLOSED: after_sync(lambda shop: shop.change(settings={"closed": True})),
    HealthWord.UNREADABLE: make_unreadable,
    HealthWord.UNINSTALLED: after_sync(lambda shop: shop.uninstall(is_event=True)),
    HealthWord.CONNECTING: lambda _shop: Store.update(state=StoreState.CONNECTING).execute(),
    HealthWord.CATCHING_UP: after_sync(Shop.reconnect),
    HealthWord.INITIAL_IMPORT: lambda _shop: None,
    HealthWord.IMPORTED: Shop.import_all,
    HealthWord.IN_SYNC: Shop.sync,
    HealthWord.DISCONNECTED: after_sync(lambda shop: shop.disconnect("keep")),
    HealthWord.ERASING: after_sync(lambda shop: shop.disconnect("erase")),
    HealthWord.ERASED: after_sync(erase),
}


@pytest.fixture
def shop(browser: Visitor, ecwid: Ecwid, connect: Connect, runtime: Runtime) -> Shop:
    """A store that was connected a moment ago."""
    return Shop(browser, ecwid, connect, runtime)


def text_of(markup: str) -> str:
    """Return the text of HTML, with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def pills(page: str) -> list[tuple[str, str]]:
    """Return tone and text of each pill."""
    found = re.findall(r'class="pill pill--(\w+)">([^<]*)<', page)
    return [(tone, html.unescape(text).strip()) for tone, text in found]


def without_tables(page: str) -> str:
    """Return the page without its tables."""
    return re.sub(r"<table.*?</table>", "", page, flags=re.DOTALL)


def banners(page: str) -> list[str]:
    """Return the tones of the banners."""
    return re.findall(r'class="banner banner--(\w+)"', page)


def test_every_status_has_a_row_and_a_way_to_it() -> None:
    assert set(STATUSES) == set(WAYS) == set(HealthWord)


@pytest.mark.parametrize("word", HealthWord)
def test_all_pages_show_one_status(
    shop: Shop, word: HealthWord, merchant: Merchant, runtime: Runtime
) -> None:
    WAYS[word](shop)
    expected, browser = STATUSES[word], shop.browser
    refresh_summaries(runtime)
    # The messages of what was done are shown once, by the next page.
    browser.get("/account")

    # Tables have the past: each run and event has a state of its own.
    pages = {path: without_tables(browser.get(f"{shop.path}{path}").text) for path in PAGES}
    stores = browser.get("/stores").text
    set_role(merchant, OperatorRole.ADMIN)
    pages |= {
        "list": stores,
        "operator's list": browser.get("/operator").text,
        "operator's page of the user": browser.get(f"/operator/users/{merchant.id}").text,
    }

    assert expected.sentence in text_of(pages[""])
    assert expected.sentence in text_of(pages["/connection"])
    # Browser tests and benchmarks wait for the state, which needs no words.
    assert f'data-state="{word}"' in pages[""]
    assert banners(pages[""])[0] == ("info" if expected.tone == "plain" else expected.tone)
    others = {shown.sentence for other, shown in STATUSES.items() if other is not word}
    for path, page in pages.items():
        assert (expected.tone, expected.pill) in pills(page), path
        assert not [sentence for sentence in others if sentence in text_of(page)], path
        tones = {tone for tone, _ in pills(page)}
        if expected.tone in ("bad", "plain"):
            assert "good" not in tones, path
        if expected.tone != "good":
            assert "good" not in banners(page), path
        if expected.tone == "good":
            assert "bad" not in tones | set(banners(page)), path
