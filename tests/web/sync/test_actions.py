"""Buttons of the sync page, which start, pause, resume and cancel runs."""

from __future__ import annotations

import pytest

from portal.models import (
    RecordResync,
    Resource,
    RunKind,
    RunState,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    utc_now,
)
from tests.factories import make_store
from tests.web.conftest import Visitor, page_text
from tests.web.sync.conftest import make_run, make_unfinished

PAGE = "/stores/1003/sync"


def press(browser: Visitor, button: str, **fields: object) -> str:
    """Press a button and return the text of the page that follows."""
    response = browser.post(f"{PAGE}/{button}", **fields)
    assert response.status_code == 303, response.text
    assert response.headers["Location"] == PAGE
    return page_text(browser.get(PAGE))


@pytest.mark.parametrize(
    ("button", "kind", "sentence"),
    [
        ("start", RunKind.INCREMENTAL, "Checking for changes now."),
        ("reconcile", RunKind.RECONCILIATION, "Verifying all records now."),
        ("backfill", RunKind.BACKFILL, "Importing everything again now."),
    ],
)
def test_run_is_started(
    browser: Visitor, store: Store, button: str, kind: RunKind, sentence: str
) -> None:
    assert sentence in press(browser, f"{button}/products")

    run = SyncRun.get()
    assert (run.store_id, run.resource, run.kind) == (1003, Resource.PRODUCTS, kind)


def test_resource_is_paused_and_resumed(browser: Visitor, store: Store) -> None:
    run = make_unfinished(store)

    assert "Paused. Nothing is synced until you resume it." in press(browser, "pause/products")
    assert SyncRun.get_by_id(run.id).state == RunState.PAUSED
    assert "Syncing is paused." in press(browser, "start/products")
    assert "Resumed." in press(browser, "resume/products")
    assert SyncRun.get_by_id(run.id).state == RunState.RUNNING
    assert "Syncing isn't paused." in press(browser, "resume/products")


def test_run_is_canceled_once(browser: Visitor, store: Store) -> None:
    run = make_unfinished(store)

    assert "Run canceled. Records synced so far are kept." in press(
        browser, f"runs/{run.id}/cancel"
    )
    assert SyncRun.get_by_id(run.id).state == RunState.CANCELED
    assert "This run has already ended." in press(browser, f"runs/{run.id}/cancel")


def test_run_of_another_store_is_not_canceled(browser: Visitor, store: Store) -> None:
    run = make_unfinished(make_store(id=2002))

    press(browser, f"runs/{run.id}/cancel")

    assert SyncRun.get_by_id(run.id).state == RunState.RUNNING


def test_one_record_is_read_again(browser: Visitor, store: Store) -> None:
    page = press(browser, "record", resource="products", entity_id=" 5 ")

    assert "Refreshing this record from Ecwid." in page
    assert (RecordResync.get().resource, RecordResync.get().entity_id) == ("products", "5")


@pytest.mark.parametrize("entity_id", ["", "five", "-1"])
def test_invalid_record_id_is_rejected(browser: Visitor, store: Store, entity_id: str) -> None:
    page = press(browser, "record", resource="products", entity_id=entity_id)

    assert "This isn't a valid record ID." in page
    assert RecordResync.select().count() == 0


@pytest.mark.parametrize(
    "path", ["start/unicorns", "pause/", "stop/products", "runs/0/cancel", "start/Products"]
)
def test_unknown_action_resource_or_run_is_a_404(browser: Visitor, store: Store, path: str) -> None:
    assert browser.post(f"{PAGE}/{path}").status_code == 404


def test_record_of_an_unknown_resource_is_a_404(browser: Visitor, store: Store) -> None:
    response = browser.post(f"{PAGE}/record", resource="unicorns", entity_id="5")

    assert response.status_code == 404


def test_stopped_store_explains_why_nothing_happens(browser: Visitor, store: Store) -> None:
    Store.update(state=StoreState.RECONNECT).execute()

    assert "until the store's connection works again" in press(browser, "start/products")
    assert "until the store's connection works again" in press(
        browser, "record", resource="products", entity_id="5"
    )
    assert SyncRun.select().count() == 0


FORMS = [
    "start/products",
    "backfill/products",
    "reconcile/products",
    "pause/products",
    "resume/products",
    "runs/{run}/cancel",
    "record",
]


@pytest.mark.promise(9)
@pytest.mark.parametrize("path", FORMS)
def test_stranger_changes_nothing(stranger: Visitor, store: Store, path: str) -> None:
    run = make_unfinished(store)

    response = stranger.post(
        f"{PAGE}/{path.format(run=run.id)}", resource="products", entity_id="5"
    )

    assert response.status_code == 404
    assert [kept.state for kept in SyncRun.select()] == [RunState.RUNNING]
    assert not SyncState.select().where(SyncState.paused_at.is_null(is_null=False)).exists()
    assert RecordResync.select().count() == 0


@pytest.mark.parametrize("path", FORMS)
def test_form_without_csrf_token_changes_nothing(browser: Visitor, store: Store, path: str) -> None:
    run = make_run(store, finished_at=utc_now())

    response = browser.client.post(
        f"{PAGE}/{path.format(run=run.id)}", data={"resource": "products", "entity_id": "5"}
    )

    assert response.status_code == 400
    assert SyncRun.select().count() == 1


@pytest.mark.parametrize("path", FORMS)
def test_get_of_an_action_changes_nothing(browser: Visitor, store: Store, path: str) -> None:
    run = make_run(store)

    assert browser.get(f"{PAGE}/{path.format(run=run.id)}").status_code == 405
