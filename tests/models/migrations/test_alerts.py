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
from tests.models.migrations.rows import insert_store

BEFORE = "0035_operators"
KINDS = set(IssueKind) - COUNTED_ISSUE_KINDS
ISSUE = """INSERT INTO issue (store_id, kind, cause, impact, next_action, action, opened_at)
VALUES (1003, '{kind}', '', '', '', '', '2026-03-01 00:00+00')"""


def test_issues_of_before_get_the_default_severity_of_their_kind(empty_database: Database) -> None:
    migrate(empty_database, target=BEFORE)
    with empty_database.connection_context():
        insert_store(empty_database)
        for kind in KINDS:
            empty_database.execute_sql(ISSUE.format(kind=kind.value))

    migrate(empty_database)

    with empty_database.connection_context():
        found = {issue.kind: issue.severity for issue in Issue.select()}
    assert found == {kind: ISSUE_SEVERITIES[kind] for kind in KINDS}
