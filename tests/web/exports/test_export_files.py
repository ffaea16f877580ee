"""A large export is written by the daemon; the store's page shows its progress and the file."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.models import AuditLogEntry, Membership, Merchant, RecordExport, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.mirror.resources import PRODUCTS
from portal.services.records import request_exports
from portal.services.records.write_exports import write_export
from portal.services.retention.export_files import export_path
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, make_merchant, make_store, product_payload
from tests.web.api.conftest import Caller, make_key_text
from tests.web.conftest import Visitor, page_text

PAGE = "/stores/1003/exports"
EXPORT = "/stores/1003/export/products.csv"


@pytest.fixture(autouse=True)
def no_export_is_immediate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores of two thousand products would take long to make."""
    monkeypatch.setattr(request_exports, "IMMEDIATE_RECORDS", 0)


@pytest.fixture
def full_store(store: Store) -> Store:
    """A store with two products."""
    PRODUCTS.save(store.id, [product_payload(), product_payload(id=6, sku=None)], UPDATED_AT)
    return store


def file_form(browser: Visitor) -> str:
    """Return the address of the page's only download."""
    (address,) = re.findall(r'action="(/stores/1003/exports/\d+/file)"', browser.get(PAGE).text)
    return str(address)


def test_page_shows_the_progress_and_then_the_file(
    browser: Visitor, runtime: Runtime, merchant: Merchant, full_store: Store
) -> None:
    assert "No exports" in page_text(browser.get(PAGE))
    assert PAGE in browser.get("/stores/1003/products").text

    requested = browser.post(EXPORT)
    waiting = browser.get(PAGE)
    write_export(runtime, RecordExport.get().id)
    answer = browser.post(file_form(browser))

    assert (requested.status_code, requested.headers["Location"]) == (303, PAGE)
    assert "0 of 2" in page_text(waiting)
    assert 'data-live-every="2"' in waiting.text
    assert "hx-trigger" not in browser.get(PAGE).text
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "2 records" in page_text(browser.get(PAGE))
    assert answer.text.count("\n") == 3
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'filename="products-1003-' in answer.headers["Content-Disposition"]
    actions = [entry.action for entry in AuditLogEntry.select().order_by(AuditLogEntry.id)]
    assert actions == ["records.exported", "export.downloaded"]


def test_team_can_download_the_file_and_nobody_else(
    app: Flask, browser: Visitor, runtime: Runtime, stranger: Visitor, full_store: Store
) -> None:
    browser.post(EXPORT)
    write_export(runtime, RecordExport.get().id)
    address = file_form(browser)
    colleague = make_merchant(email="colleague@example.com")
    membership = Membership.create(merchant=colleague, store=full_store, role="read_only")
    visitor = Visitor(app).force_login(colleague)

    assert visitor.post(address).status_code == 200
    membership.delete_instance()

    assert visitor.post(address).status_code == visitor.get(PAGE).status_code == 404
    assert stranger.post(address).status_code == 404


def test_unfinished_and_foreign_exports_have_no_file(
    browser: Visitor, runtime: Runtime, merchant: Merchant, full_store: Store
) -> None:
    browser.post(EXPORT)
    export = RecordExport.get()
    make_store(merchant, id=2002)

    assert browser.post(f"{PAGE}/{export.id}/file").status_code == 404
    write_export(runtime, export.id)
    assert browser.post(f"/stores/2002/exports/{export.id}/file").status_code == 404
    assert browser.post(f"{PAGE}/{export.id}/file").status_code == 200


def test_lost_file_is_explained(browser: Visitor, runtime: Runtime, full_store: Store) -> None:
    browser.post(EXPORT)
    export = RecordExport.get()
    write_export(runtime, export.id)
    address = file_form(browser)
    export_path(runtime.settings, export).unlink()

    assert browser.post(address).headers["Location"] == PAGE
    assert "Start a new export." in browser.get(PAGE).text


def test_too_many_exports_are_refused_with_the_reason(
    browser: Visitor, full_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("products.csv", "products.jsonl", "products.csv?formula_guard=strict"):
        browser.post(f"/stores/1003/export/{kind}")
    monkeypatch.setattr(request_exports, "IMMEDIATE_RECORDS", -1)

    browser.post("/stores/1003/export/orders.csv")

    assert RecordExport.select().count() == request_exports.WAITING_LIMIT
    assert "Wait until one is ready" in browser.get(PAGE).text


def test_failed_export_says_why(browser: Visitor, runtime: Runtime, full_store: Store) -> None:
    browser.post(EXPORT)
    runtime.settings.export_directory.write_text("not a directory")
    write_export(runtime, RecordExport.get().id)

    assert "can't save anything" in page_text(browser.get(PAGE))


def test_api_writes_large_exports_into_files(
    app: Flask, runtime: Runtime, merchant: Merchant, full_store: Store
) -> None:
    caller = Caller(app, make_key_text(merchant))
    wanted = {"records": "products", "format": "jsonl"}
    immediate = caller.get("/stores/1003/exports/products.jsonl")

    created = caller.post("/stores/1003/export-files", wanted)
    address = created.headers["Location"].partition("/api/v1")[2]
    early = caller.get(f"{address}/file")
    write_export(runtime, created.json["id"])
    done = caller.get(address).json
    file = caller.get(f"{address}/file")

    assert (immediate.status_code, immediate.json["code"]) == (409, "conflict")
    assert (created.status_code, created.headers["Retry-After"]) == (202, "1")
    assert (created.json["state"], created.json["total"], created.json["file_url"]) == (
        "waiting",
        2,
        None,
    )
    assert (early.status_code, early.json["code"]) == (409, "conflict")
    assert (done["state"], done["written"], done["file_url"]) == (
        "done",
        2,
        f"{created.headers['Location']}/file",
    )
    assert (file.mimetype, file.text.count("\n")) == ("application/jsonl", 2)
    assert len(file.data) == done["size_bytes"]
    export_path(runtime.settings, RecordExport.get()).unlink()
    assert caller.get(f"{address}/file").status_code == 404


def test_api_exports_need_the_scope_of_the_resource_and_belong_to_the_channel(
    app: Flask, browser: Visitor, merchant: Merchant, full_store: Store
) -> None:
    catalog = Caller(app, make_key_text(merchant, KeyScope.READ_CATALOG))
    orders = Caller(app, make_key_text(merchant, KeyScope.READ_ORDERS))
    refused = catalog.post("/stores/1003/export-files", {"records": "orders", "format": "csv"})
    created = catalog.post("/stores/1003/export-files", {"records": "products", "format": "csv"})
    browser.post(EXPORT)
    of_page = RecordExport.get(RecordExport.consent.is_null())

    assert refused.json["code"] == "scope_missing"
    address = f"/stores/1003/export-files/{created.json['id']}"
    assert catalog.get(address).status_code == 200
    assert orders.get(address).json["code"] == "scope_missing"
    assert catalog.get(f"/stores/1003/export-files/{of_page.id}").status_code == 404
    assert catalog.get(f"{address}9").status_code == 404


def test_api_says_that_too_many_exports_wait(
    app: Flask, merchant: Merchant, full_store: Store
) -> None:
    caller = Caller(app, make_key_text(merchant))
    answers = [
        caller.post("/stores/1003/export-files", {"records": name, "format": "csv"})
        for name in ("products", "orders", "customers", "coupons")
    ]

    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert answers[-1].json["code"] == "too_many_waiting"
