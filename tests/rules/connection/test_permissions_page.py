"""The permissions page matches the table of scopes, row by row."""

from __future__ import annotations

from pathlib import Path

from portal.rules.connection.scopes import REQUIRED_SCOPES, Scope

PAGE = Path(__file__).parents[3] / "docs" / "permissions.md"


def row(scope: Scope) -> str:
    """Return the scope's row as the page must have it."""
    calls = "<br>".join(f"`{endpoint}`" for endpoint in scope.endpoints)
    events = "<br>".join(f"`{event}`" for event in scope.events) or "none"
    return f"| `{scope.name}` | {scope.purpose} | {scope.impact} | {calls} | {events} |"


def test_page_has_exactly_the_rows_of_the_table() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]

    assert rows == [row(scope) for scope in REQUIRED_SCOPES]
