"""The page of the audit log, its search and its export."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from portal.models import AuditLogEntry, Merchant, Store
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from portal.web.operator.audit_labels import ACTION_LABELS, details, target_url
from tests.factories import make_merchant, make_store
from tests.web.conftest import Visitor, page_text
from tests.web.operator.conftest import set_role

PAGE = "/operator/audit"


@pytest.fixture
def owner(runtime: Runtime) -> Merchant:
    """A merchant whose store has a paused and a resumed resource in the log."""
    owner = make_merchant(email="owner@shop.example")
    store = make_store(owner, name="Clay & Co")
    AuditLogEntry.record(store.id, AuditAction.RESOURCE_PAUSED, "products", actor=owner)
    AuditLogEntry.record(
        store.id,
        AuditAction.RUN_STARTED,
        "run 7",
        actor_name="command line",
        before={"state": "a"},
        after={"state": "b", "runs": [1, 2]},
    )
    return owner


def test_every_action_has_a_text() -> None:
    assert set(ACTION_LABELS) == set(AuditAction)
    assert len({str(label) for label in ACTION_LABELS.values()}) == len(AuditAction)


def test_page_says_who_did_what_and_links_to_it(operator: Visitor, owner: Merchant) -> None:
    page = operator.get(PAGE)

    text = page_text(page)
    assert "owner@shop.example Paused sync products Clay & Co" in text
    assert "command line Started a sync run Status: a → b Sync runs: 1, 2 run 7" in text
    store = Store.get().id
    assert f'href="/stores/{store}/sync/runs/7"' in page.text
    assert f'href="/stores/{store}"' in page.text


def test_names_appear_beside_the_addresses(operator: Visitor, owner: Merchant) -> None:
    Merchant.update(name="Grace").where(Merchant.id == owner.id).execute()

    text = page_text(operator.get(PAGE))
    user = page_text(operator.get(f"/operator/users/{owner.id}"))

    assert "Grace (owner@shop.example) Paused sync" in text
    assert "owner@shop.example Grace" in user


def test_search_narrows_the_list_and_survives_in_the_address(
    operator: Visitor, owner: Merchant
) -> None:
    found = page_text(operator.get(f"{PAGE}?person=owner@shop.example&action=resource.paused"))
    none = page_text(operator.get(f"{PAGE}?store=4"))

    assert "products Clay & Co" in found
    assert "run 7" not in found
    assert "No entries found" in none


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("person=nobody@example.com", "No account has this address"),
        ("store=clay", "Enter a store ID."),
        ("store=" + "9" * 30, "Enter a store ID."),
        ("since=yesterday", "Enter a date and a time"),
        ("since=0001-01-01T00:00", "Enter a date and a time"),
        ("until=9999-12-31T23:59:59", "Enter a date and a time"),
        ("person=merchant+" + "9" * 30, "No account has this address"),
    ],
)
def test_wrong_search_is_explained(
    operator: Visitor, owner: Merchant, query: str, problem: str
) -> None:
    page = operator.get(f"{PAGE}?{query}")

    assert page.status_code == 422
    assert problem in page_text(page)
    assert operator.post(f"{PAGE}/export?{query}").status_code == 422


def test_unknown_action_in_the_address_is_refused(operator: Visitor, owner: Merchant) -> None:
    assert operator.get(f"{PAGE}?action=nonsense").status_code == 422


def test_export_is_safe_for_spreadsheets_and_recorded(
    operator: Visitor, merchant: Merchant, owner: Merchant
) -> None:
    AuditLogEntry.record(None, AuditAction.RUN_STARTED, "=1+1", actor=owner)

    assert "CSV for spreadsheets" in page_text(operator.get(PAGE))
    response = operator.post(f"{PAGE}/export?person=owner@shop.example&formula_guard=strict")

    header, newest, oldest = csv.reader(io.StringIO(response.text))
    assert response.headers["Content-Disposition"].startswith('attachment; filename="audit-log-')
    assert header[:4] == ["id", "time", "who", "account"]
    assert newest[4:8] == ["Started a sync run", "run.started", "'=1+1", ""]
    assert operator.post(f"{PAGE}/export?formula_guard=none").status_code == 422
    assert oldest[3:6] == ["owner@shop.example", "Paused sync", "resource.paused"]
    last = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).first()
    assert (last.action, last.actor) == ("audit_log.exported", merchant)


def test_support_reads_the_log_and_does_not_export_it(
    app: Flask, operator: Visitor, merchant: Merchant, owner: Merchant
) -> None:
    set_role(merchant, OperatorRole.SUPPORT)

    page = operator.get(PAGE)

    assert page.status_code == 200
    assert "audit/export" not in page.text
    assert operator.post(f"{PAGE}/export").status_code == 403


def test_empty_log_says_so(operator: Visitor) -> None:
    assert "No entries yet" in page_text(operator.get(PAGE))


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("order EBJFT", "/stores/1003/orders"),
        ("submission 5", "/stores/1003/orders/submissions/5"),
        ("merchant 4", "/stores/1003/team"),
        ("customer x", "/stores/1003"),
        ("onboarding 3", "/operator/onboarding/3"),
    ],
)
def test_targets_lead_to_their_pages(app: Flask, target: str, url: str) -> None:
    entry = AuditLogEntry(store_id=1003, target=target)
    with app.test_request_context():
        assert target_url(entry) == url
        assert target_url(AuditLogEntry(target="merchant 4")) == "/operator/users/4"
        assert target_url(AuditLogEntry(target="alert channel 4")) is None


def test_details_are_short() -> None:
    entry = AuditLogEntry(before={"role": "staff"}, after={"ids": list(range(1000)), "no": None})

    assert list(map(len, (each.value for each in details(entry)))) == [301, 1, 5]


def test_details_have_names_in_words_and_code_where_programs_use_it() -> None:
    entry = AuditLogEntry(
        before={"role": "staff"},
        after={"counts": {"orders": 2}, "scopes": ["read_orders"], "is_picked": True},
    )

    shown = {str(each.name): (each.value, each.is_code) for each in details(entry)}

    assert shown == {
        "Counts": ("orders 2", False),
        "Permissions": ("read_orders", True),
        "Is picked": ("Yes", False),
        "Role": ("staff", False),
    }
