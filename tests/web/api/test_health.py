"""Health of a store in the API."""

from __future__ import annotations

from flask import Flask

from portal.models import ApiKey, Channel, Merchant, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES, IssueKind, silent_webhooks_texts
from portal.services.issues.update_counted_issues import update_counted_issues
from portal.services.notifications.issues import open_issue
from portal.services.runtime import Runtime
from tests.services.issues.rows import reject
from tests.web.api.conftest import Caller, make_key_text


def test_open_issues_have_their_severity(caller: Caller, store: Store) -> None:
    open_issue(store.id, IssueKind.WEBHOOKS_SILENT, silent_webhooks_texts("api"))
    open_issue(store.id, IssueKind.TOKEN_DEAD, CONNECTION_ISSUES[IssueKind.TOKEN_DEAD])

    health = caller.get("/stores/1003/health").json

    found = [(issue["kind"], issue["severity"]) for issue in health["issues"]]
    assert found == [("webhooks_silent", "info"), ("token_dead", "critical")]


def test_channel_sees_the_number_of_its_own_rejected_orders(
    runtime: Runtime, caller: Caller, store: Store
) -> None:
    reject(store, "channel 99")
    update_counted_issues(runtime)
    assert [issue["count"] for issue in caller.get("/stores/1003/health").json["issues"]] == [1]
    Channel.update(merchant=None).execute()
    ApiKey.update(merchant=None).execute()

    health = caller.get("/stores/1003/health").json

    assert health["issues"] == []
    assert health["sections"]["issues"]["status"] == "complete"


def test_key_without_a_scope_for_orders_sees_no_issue_about_them(
    app: Flask, runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    reject(store, "channel 99")
    update_counted_issues(runtime)

    health = Caller(app, make_key_text(merchant, KeyScope.READ_HEALTH)).get("/stores/1003/health")

    assert health.json["issues"] == []
