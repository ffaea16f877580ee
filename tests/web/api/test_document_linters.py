"""Spectral and Redocly have nothing to say about the OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from portal.web.api.openapi_document import build_document
from tests.clients.programs import HERE, require_node, run_node_program


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """File with the document of a portal."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(build_document("https://portal.market.test/api/v1")))
    return path


def lint(document: Path, tool: str, *options: str) -> Any:
    """Run a linter without access to the network; return the JSON that it prints."""
    printed = run_node_program(tool, "lint", document, *options, folder=document.parent)
    # Either tool may print lines for people before or after the report.
    report = printed[printed.index("{" if "{" in printed else "[") :]
    return json.JSONDecoder().raw_decode(report)[0]


def test_redocly_finds_nothing_by_its_recommended_rules(document: Path) -> None:
    require_node(20, 19)

    found = lint(document, "redocly", "--extends=recommended", "--format=json")

    assert found["problems"] == []
    assert found["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}


def test_spectral_finds_nothing_by_its_rules_of_openapi(document: Path) -> None:
    found = lint(document, "spectral", f"--ruleset={HERE / 'spectral.json'}", "--format=json")

    assert found == []
