"""Issues that count rows, on the store's page: what happened, how often, and what to do."""

from __future__ import annotations

import pytest

from portal.models import AuditLogEntry, Issue, OrderUpdateState, Store
from portal.rules.connection.issue_kinds import COUNTED_ISSUE_KINDS, IssueKind
from portal.rules.issues.counted_issues import COUNTED_ISSUES, ISSUE_PATHS
from portal.services.issues.update_counted_issues import update_counted_issues
from portal.services.runtime import Runtime
from tests.factories import make_counted_issue, make_store
from tests.services.issues.rows import add_update, reject
from tests.web.conftest import Visitor, page_text

PAGE = "/stores/1003"


@pytest.mark.parametrize("kind", sorted(COUNTED_ISSUE_KINDS))
def test_issue_says_how_many_and_links_to_them(
    browser: Visitor, store: Store, kind: IssueKind
) -> None:
    make_counted_issue(store, kind=kind)

    page = browser.get(PAGE)

    assert COUNTED_ISSUES[kind].cause in page_text(page).replace("’", "'")
    assert "Count 2, the last one" in page_text(page)
    assert "Most recent: 8, 7" in page_text(page)
    address = PAGE + ISSUE_PATHS[COUNTED_ISSUES[kind].action]
    assert f'href="{address}"' in page.text
    assert browser.get(address).status_code == 200


def test_rejected_orders_are_listed_alone_and_dismissed(
    runtime: Runtime, browser: Visitor, store: Store
) -> None:
    row, other = reject(store), reject(store, code="out_of_stock")
    update_counted_issues(runtime)
    page = browser.get(PAGE)
    assert "We couldn't reach the store within an hour: 1" in page_text(page)
    listed = page_text(browser.get(f"{PAGE}/orders/submissions?state=failed"))
    assert f"Reference {row.reference}" in listed
    assert f"Reference {other.reference}" not in listed
    path = page.text.partition(f'action="{PAGE}/issues/')[2].partition('"')[0]

    response = browser.post(f"{PAGE}/issues/{path.replace('&amp;', '&')}")

    assert response.headers["Location"] == PAGE
    page = page_text(browser.get(PAGE))
    assert "Issue dismissed." in page
    assert "Count" not in page
    assert AuditLogEntry.get().action == "issue.dismissed"
    assert update_counted_issues(runtime) == 0
    issue = Issue.get()
    browser.post(f"{PAGE}/issues/{issue.id}/reopen")
    page = page_text(browser.get(PAGE))
    assert "The issue is open again." in page
    assert "Count" in page
    browser.post(f"{PAGE}/issues/{issue.id}/reopen")
    assert "This issue isn't dismissed." in page_text(browser.get(PAGE))


@pytest.mark.parametrize(
    "until",
    [
        *("", "now", "2026-03-01T12:00", "2099-01-01T00:00+00:00"),
        *("2000-01-01T00:00+00:00", "0001-01-01T00:00+14:00"),
    ],
)
def test_dismissal_without_a_time_that_the_page_showed_changes_nothing(
    browser: Visitor, store: Store, until: str
) -> None:
    issue = make_counted_issue(store)

    browser.post(f"{PAGE}/issues/{issue.id}/dismiss", until=until)

    assert "Not dismissed, because something has changed" in page_text(browser.get(PAGE))
    assert Issue.get_by_id(issue.id).resolved_at is None


def test_only_open_dismissible_issues_of_the_store_are_dismissed(
    browser: Visitor, store: Store
) -> None:
    foreign = make_counted_issue(make_store(id=2002))
    lasting = make_counted_issue(store, kind=IssueKind.EVENTS_DEAD)

    for issue in (foreign, lasting):
        response = browser.post(
            f"{PAGE}/issues/{issue.id}/dismiss", until=issue.newest_at.isoformat()
        )
        assert response.status_code == 404
        assert browser.post(f"{PAGE}/issues/{issue.id}/reopen").status_code == 404


def test_changes_that_need_a_decision_are_listed(browser: Visitor, store: Store) -> None:
    assert "No conflicts" in page_text(browser.get(f"{PAGE}/orders/updates"))
    add_update(store, order_number="MINE")
    add_update(store, OrderUpdateState.SENT, order_number="SENT")

    page = page_text(browser.get(f"{PAGE}/orders/updates"))

    assert "MINE" in page
    assert "SENT" not in page


def test_lists_of_a_part_say_that_it_is_empty_and_have_pages(
    browser: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No matching orders" in page_text(
        browser.get(f"{PAGE}/orders/submissions?state=unknown")
    )
    monkeypatch.setattr("portal.web.orders.views.submissions.PAGE_SIZE", 1)
    monkeypatch.setattr("portal.web.orders.views.order_updates.PAGE_SIZE", 1)
    for _ in range(2):
        reject(store)
        add_update(store)

    for path in ("submissions?state=failed", "updates"):
        page = browser.get(f"{PAGE}/orders/{path}").text
        later = next(part for part in page.split('href="') if "after=" in part).partition('"')[0]
        assert "Back to newest" in browser.get(later.replace("&amp;", "&")).text
