"""Opening and resolving issues; the timeline records each once, with the duration at the end."""

from __future__ import annotations

from datetime import timedelta

from portal.models import AlertSeverity, Issue, Merchant, Store, TimelineEntry, utc_now
from portal.rules.alerts.severities import Severity
from portal.rules.connection.issue_kinds import IssueKind, IssueTexts
from portal.services.notifications.issues import (
    open_issue,
    open_issues,
    resolve_issue,
    worst_severities,
)
from tests.factories import make_store

KIND = IssueKind.WEBHOOKS_SILENT
TEXTS = IssueTexts("no message came", "changes come later", "wait")


def reported() -> list[str]:
    """Return the timeline entries of all stores, in order."""
    return [row.what for row in TimelineEntry.select().order_by(TimelineEntry.id)]


def test_issue_is_opened_once(store: Store) -> None:
    assert open_issue(store.id, KIND, TEXTS) is True
    assert open_issue(store.id, KIND, TEXTS) is False

    (issue,) = open_issues(store.id)
    assert (issue.cause, issue.next_action) == ("no message came", "wait")
    assert reported() == ["issue_opened"]


def test_each_store_has_its_own_issue(store: Store) -> None:
    other = make_store(id=2002)

    assert open_issue(store.id, KIND, TEXTS)
    assert open_issue(other.id, KIND, TEXTS)
    assert len(open_issues(store.id)) == 1


def test_resolved_issue_records_its_duration(store: Store) -> None:
    open_issue(store.id, KIND, TEXTS)
    Issue.update(opened_at=utc_now() - timedelta(hours=2)).execute()

    issue = resolve_issue(store.id, KIND)

    assert issue is not None
    assert round(issue.duration.total_seconds()) == 7200
    assert open_issues(store.id) == []
    last = TimelineEntry.select().order_by(TimelineEntry.id.desc()).get()
    assert (last.what, last.detail) == ("issue_resolved", {"kind": KIND, "lasted_s": 7200})


def test_issue_has_the_default_severity_or_the_operators_choice(store: Store) -> None:
    open_issue(store.id, KIND, TEXTS)
    AlertSeverity.create(kind=IssueKind.SUSPENDED, severity=Severity.CRITICAL)
    open_issue(store.id, IssueKind.SUSPENDED, TEXTS)

    assert [issue.severity for issue in open_issues(store.id)] == ["info", "critical"]


def test_worst_open_issue_of_each_store_counts(store: Store) -> None:
    other = make_store(id=2002)
    for kind in (KIND, IssueKind.TOKEN_DEAD):
        open_issue(store.id, kind, TEXTS)
    open_issue(other.id, KIND, TEXTS)
    resolve_issue(other.id, KIND)

    assert worst_severities([store.id, other.id]) == {store.id: Severity.CRITICAL}


def test_issue_can_be_opened_again_after_it_was_resolved(store: Store) -> None:
    assert resolve_issue(store.id, KIND) is None
    open_issue(store.id, KIND, TEXTS)
    resolve_issue(store.id, KIND)

    assert resolve_issue(store.id, KIND) is None
    assert open_issue(store.id, KIND, TEXTS) is True
    assert reported() == ["issue_opened", "issue_resolved", "issue_opened"]


def test_open_issue_has_lasted_until_now(store: Store) -> None:
    open_issue(store.id, KIND, TEXTS)

    assert timedelta() <= open_issues(store.id)[0].duration < timedelta(minutes=1)


def test_timeline_outlives_its_merchant_but_not_its_store(store: Store, merchant: Merchant) -> None:
    TimelineEntry.record(store.id, "reconnected", merchant, scopes=8)

    merchant.delete_instance()

    assert TimelineEntry.get().actor_id is None
    store.delete_instance()
    assert reported() == []
