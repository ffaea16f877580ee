"""Issues that were open before they had a severity get the default of their kind."""

from __future__ import annotations

from peewee import Database

from portal.models import Issue
from portal.models.migrations import migrate
from portal.rules.connection.issue_kinds import (
    COUNTED_ISSUE_KINDS,
    ISSUE_SEVERITIES,
    IssueKind,
)

BEFORE = "0035_operators"
STORE = """INSERT INTO store (id, name, url, currency, timezone, plan_name, plan_level,
missing_features, features, state, state_changed_at, webhook_health, created_at, connected_at,
is_closed) VALUES (1003, 'Clay', '', 'EUR', '', '', '', '[]', '[]', 'reconnect',
'2026-03-01 00:00+00', '', '2026-03-01 00:00+00', '2026-03-01 00:00+00', FALSE)"""
ISSUE = """INSERT INTO issue (store_id, kind, cause, impact, next_action, action, opened_at)
VALUES (1003, '{kind}', '', '', '', '', '2026-03-01 00:00+00')"""


def test_issues_of_before_get_the_default_severity_of_their_kind(empty_database: Database) -> None:
    migrate(empty_database, target=BEFORE)
    with empty_database.connection_context():
        empty_database.execute_sql(STORE)
        for kind in set(IssueKind) - COUNTED_ISSUE_KINDS:
            empty_database.execute_sql(ISSUE.format(kind=kind.value))

    migrate(empty_database)

    with empty_database.connection_context():
        found = {issue.kind: issue.severity for issue in Issue.select()}
    assert found == {kind: ISSUE_SEVERITIES[kind] for kind in found}
