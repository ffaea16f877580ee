"""Spectral and Redocly have nothing to say about the OpenAPI document."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from portal.paths import ROOT
from portal.web.api.openapi_document import build_document
from tests.clients.programs import require_node

CLIENTS = ROOT / "tests" / "clients"
ONLY_LOCALHOST = ROOT / "tests" / "sandbox" / "clients" / "only_localhost.cjs"
RULESET = CLIENTS / "spectral.json"
TIMEOUT_S = 240


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """File with the document of a portal."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(build_document("https://portal.market.test/api/v1")))
    return path


def lint(document: Path, tool: str, *options: str) -> Any:
    """Run a linter without access to the network; return the JSON that it prints."""
    program = CLIENTS / "node_modules" / ".bin" / tool
    assert program.exists(), "make node-clients installs the linters"
    done = subprocess.run(
        [program, "lint", document, *options],
        cwd=document.parent,
        env={
            "PATH": os.environ["PATH"],
            "NODE_OPTIONS": f"--require {ONLY_LOCALHOST}",
            "REDOCLY_TELEMETRY": "off",
            "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
        },
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.stdout, done.stderr
    # Either tool may print lines for people before or after the report.
    report = done.stdout[done.stdout.index("{" if "{" in done.stdout else "[") :]
    return json.JSONDecoder().raw_decode(report)[0]


def test_redocly_finds_nothing_by_its_recommended_rules(document: Path) -> None:
    require_node(20, 19)

    found = lint(document, "redocly", "--extends=recommended", "--format=json")

    assert found["problems"] == []
    assert found["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}


def test_spectral_finds_nothing_by_its_rules_of_openapi(document: Path) -> None:
    found = lint(document, "spectral", f"--ruleset={RULESET}", "--format=json")

    assert found == []
