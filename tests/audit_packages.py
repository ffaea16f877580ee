"""Search the packages of lock files for known vulnerabilities, with pip-audit.

    python tests/audit_packages.py requirements.lock …

Exits with 1 and their list if there are any. Where the data can't be reached, the check is skipped
with the reason, because a build must not depend on somebody else's server.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

LIMIT_S = 90
AUDIT = (
    *(sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip"),
    *("--format", "json", "--progress-spinner", "off", "--timeout", "10"),
)
# A report has this exit code as well if it names a vulnerability.
FAILED = 1


def audit(command: Sequence[str], limit_s: float = LIMIT_S) -> int:
    """Run pip-audit, print what it has found, and return the exit status."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired:
        return _skip(f"no result within {limit_s:g} seconds")
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        # Wrong usage and a lock file that can't be read are no reason to skip.
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        if "onnect" in done.stderr or "timed out" in done.stderr:
            return _skip(last)
        sys.stdout.write(f"pip-audit failed: {done.stderr.strip()}\n")
        return FAILED
    audited = [package for package in packages if "skip_reason" not in package]
    if not audited:
        return _skip(packages[0]["skip_reason"] if packages else "no package")
    lines = list(_vulnerabilities(audited))
    text = "\n".join(lines) or (
        f"pip-audit: {len(audited)} of {len(packages)} packages found, none is known as vulnerable"
    )
    sys.stdout.write(f"{text}\n")
    return FAILED if lines else 0


def _vulnerabilities(packages: list[dict[str, Any]]) -> Iterator[str]:
    for package in packages:
        for found in package.get("vulns", ()):
            fixed = ", ".join(found["fix_versions"]) or "no version yet"
            yield f"{package['name']} {package['version']}: {found['id']}, fixed in {fixed}"


def _skip(reason: str) -> int:
    sys.stdout.write(f"pip-audit: skipped, because its data can't be reached: {reason}\n")
    return 0


if __name__ == "__main__":
    sys.exit(audit([*AUDIT, *(part for lock in sys.argv[1:] for part in ("--requirement", lock))]))
