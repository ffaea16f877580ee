"""Order of severities."""

from __future__ import annotations

import pytest

from portal.rules.alerts.severities import (
    SEVERITY_LABELS,
    Severity,
    is_at_least,
    rank_of,
    worst_of,
)
from portal.rules.connection.issue_kinds import ISSUE_SEVERITIES, IssueKind


@pytest.mark.parametrize(
    ("severity", "minimum", "passes"),
    [
        ("critical", "critical", True),
        ("warning", "critical", False),
        ("warning", "warning", True),
        ("info", "warning", False),
        ("info", "info", True),
        ("critical", "info", True),
        ("unknown", "info", False),
    ],
)
def test_severity_is_compared_with_the_minimum(
    severity: str, minimum: str, *, passes: bool
) -> None:
    assert is_at_least(severity, minimum) is passes


def test_critical_is_the_worst() -> None:
    assert worst_of(["info", "critical", "warning"]) is Severity.CRITICAL
    assert worst_of([]) is Severity.INFO
    assert [rank_of(each) for each in Severity] == [2, 1, 0]


def test_every_issue_has_a_default_and_every_severity_a_name() -> None:
    assert set(ISSUE_SEVERITIES) == set(IssueKind)
    assert set(SEVERITY_LABELS) == set(Severity)


def test_issue_that_stops_the_store_until_the_merchant_acts_is_critical() -> None:
    stopping = (IssueKind.TOKEN_DEAD, IssueKind.SCOPES_MISSING, IssueKind.PLAN_BLOCKED)

    assert {ISSUE_SEVERITIES[kind] for kind in stopping} == {Severity.CRITICAL}
    assert ISSUE_SEVERITIES[IssueKind.WEBHOOKS_SILENT] is Severity.INFO
