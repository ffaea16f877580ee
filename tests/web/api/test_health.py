"""Health of a store in the API."""

from __future__ import annotations

from portal.models import Store
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES, IssueKind, silent_webhooks_texts
from portal.services.notifications.issues import open_issue
from tests.web.api.conftest import Caller


def test_open_issues_have_their_severity(caller: Caller, store: Store) -> None:
    open_issue(store.id, IssueKind.WEBHOOKS_SILENT, silent_webhooks_texts("api"))
    open_issue(store.id, IssueKind.TOKEN_DEAD, CONNECTION_ISSUES[IssueKind.TOKEN_DEAD])

    health = caller.get("/stores/1003/health").json

    found = [(issue["kind"], issue["severity"]) for issue in health["issues"]]
    assert found == [("webhooks_silent", "info"), ("token_dead", "critical")]
