"""Stored words and the texts of open issues follow the renamed status and the new wording."""

from __future__ import annotations

from importlib import import_module

from peewee import Database

from portal.models import Issue, StoreSummary
from portal.models.migrations import migrate
from portal.rules.connection.health_word import HealthWord
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES
from tests.models.migrations.rows import AT, insert, insert_store

SCRIPT = import_module("portal.models.migrations.0068_store_status")
BEFORE = "0063_passkeys"
LATER_COLUMNS = {"is_test": "FALSE", "requires_second_factor": "FALSE"}
FORMER = "Nothing is read or sent. The records copied so far are kept."


def test_summary_has_the_new_word(empty_database: Database) -> None:
    migrate(empty_database, target=BEFORE)
    with empty_database.connection_context():
        insert_store(empty_database, **LATER_COLUMNS)
        texts = {"freshness": "'late'", "search": "''", "state": "'connected'"}
        counts = ("trouble", "open_issues", "failed_events", "failing_orders", "unreadable")
        values = {**texts, **dict.fromkeys(counts, 0), "since_at": AT, "is_closed": "FALSE"}
        insert(
            empty_database,
            "store_summary",
            store_id=1003,
            word="'first_copy'",
            webhook_health="''",
            **values,
        )

    migrate(empty_database)

    with empty_database.connection_context():
        assert StoreSummary.get().word == HealthWord.INITIAL_IMPORT


def test_open_issue_gets_the_new_texts_and_a_resolved_one_keeps_its_own(
    empty_database: Database,
) -> None:
    migrate(empty_database, target=BEFORE)
    with empty_database.connection_context():
        insert_store(empty_database, **LATER_COLUMNS)
        for resolved_at in ("NULL", AT):
            values = {"kind": "'token_dead'", "cause": "''", "impact": f"'{FORMER}'"}
            more = {"next_action": "''", "action": "''", "severity": "'critical'"}
            insert(
                empty_database,
                "issue",
                store_id=1003,
                opened_at=AT,
                resolved_at=resolved_at,
                **values,
                **more,
            )

    migrate(empty_database)

    with empty_database.connection_context():
        found = {issue.resolved_at is None: issue.impact for issue in Issue.select()}
        assert found == {True: SCRIPT.TEXTS["impact"][FORMER], False: FORMER}


def test_new_texts_are_those_of_the_rules() -> None:
    known = {
        text
        for texts in CONNECTION_ISSUES.values()
        for text in (texts.cause, texts.impact, texts.next_action)
    }
    assert {text for column in SCRIPT.TEXTS.values() for text in column.values()} <= known
