"""The audit of packages fails for vulnerabilities, and is skipped without its data."""

from __future__ import annotations

import json
import sys

import pytest

from tests.audit_packages import audit

VULNERABLE = {"name": "jinja2", "version": "2.0", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
UNFIXED = {"name": "left", "version": "1", "vulns": [{"id": "CVE-2", "fix_versions": []}]}
UNKNOWN = {"name": "ours", "skip_reason": "Dependency not found on PyPI: ours (1)"}
HARMLESS = {"name": "flask", "version": "3.1.3", "vulns": []}


def program(output: str = "", error: str = "", seconds: float = 0) -> list[str]:
    """Return a command in place of pip-audit that prints this."""
    script = "import sys, time; print(sys.argv[1]); sys.exit(sys.argv[2] or time.sleep({}))"
    return [sys.executable, "-c", script.format(seconds), output, error]


def report(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_vulnerable_packages_fail_with_the_fix(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(program(report(VULNERABLE, HARMLESS, UNFIXED), "Found 2")) == 1

    assert capsys.readouterr().out.splitlines() == [
        "jinja2 2.0: CVE-1, fixed in 3",
        "left 1: CVE-2, fixed in no version yet",
    ]


def test_packages_without_vulnerabilities_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(program(report(HARMLESS, UNKNOWN))) == 0
    assert "1 of 2 packages found, none is known as vulnerable" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "limit_s", "reason"),
    [
        (
            program(error="ERROR: Could not connect to the feed"),
            60,
            "Could not connect to the feed",
        ),
        (program(error="ERROR: the read timed out"), 60, "timed out"),
        (program(report(UNKNOWN)), 60, "not found on PyPI"),
        (program(seconds=60), 0.01, "no result within 0.01 seconds"),
    ],
)
def test_audit_without_data_is_skipped_with_the_reason(
    command: list[str], limit_s: float, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(command, limit_s) == 0

    printed = capsys.readouterr().out
    assert printed.startswith("pip-audit: skipped")
    assert reason in printed


def test_wrong_usage_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(program(error="no such file: requirements.lock")) == 1
    assert "pip-audit failed: no such file" in capsys.readouterr().out
