"""Programs of other people that generate clients, and the clients: run them without a network."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from portal.paths import ROOT

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node_modules"
GENERATORS = ROOT / ".venv-clients" / "bin"
LOCALHOST = "127.0.0.1"
TIMEOUT_S = 120
# Python and Java use a proxy at a closed port for other machines; Node refuses to connect to them.
ONLY_LOCALHOST = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), f"http://{LOCALHOST}:9"),
    "NO_PROXY": LOCALHOST,
    "NODE_OPTIONS": f"--require {ROOT / 'tests/sandbox/clients/only_localhost.cjs'}",
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    # The program is too short for an optimizing compiler.
    "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC "
    f"-Dhttp.proxyHost={LOCALHOST} -Dhttp.proxyPort=9 "
    f"-Dhttps.proxyHost={LOCALHOST} -Dhttps.proxyPort=9",
}
# Imports each module of a package, and prints their number.
_IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
found = [each.name for each in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in found:
    importlib.import_module(name)
print(len(found))
"""


def run_program(*command: str | Path, folder: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a program in a folder; return its output, or fail with it."""
    path = f"{GENERATORS}:{os.environ['PATH']}"
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={"HOME": str(folder), "PATH": path, **ONLY_LOCALHOST, **(env or {})},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout


def run_node_program(package: str, *arguments: str | Path, folder: Path) -> str:
    """Run the command of an npm package, linked into the folder as TypeScript expects it."""
    assert NODE_MODULES.is_dir(), "make client-generators installs the generators"
    link = folder / "node_modules"
    if not link.exists():
        link.symlink_to(NODE_MODULES)
    return run_program(link / ".bin" / package, *arguments, folder=folder)


def run_generator(package: str, *arguments: str | Path, folder: Path) -> str:
    """Run a program of the generators' own Python environment."""
    assert GENERATORS.is_dir(), "make client-generators installs the generators"
    return run_program(GENERATORS / package, *arguments, folder=folder)


def run_python(
    *arguments: str | Path, folder: Path, path: Path, env: Mapping[str, str] | None = None
) -> str:
    """Run Python with the packages that a generated client needs, and with those below ``path``."""
    assert GENERATORS.is_dir(), "make client-generators installs the generators"
    given = {"PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
    return run_program(GENERATORS / "python", *arguments, folder=folder, env=given)


def import_all(package: str, *, folder: Path, path: Path) -> int:
    """Import each module of a generated package, with warnings as errors; return their number."""
    return int(run_python("-W", "error", "-c", _IMPORT_ALL, package, folder=folder, path=path))


def last_line(output: str) -> Any:
    """Return the JSON in the last line of a program's output."""
    return json.loads(output.splitlines()[-1])


@cache
def node_version() -> tuple[int, ...]:
    """Return the version of Node, such as (20, 19, 2)."""
    text = subprocess.run(
        ["node", "--version"], capture_output=True, text=True, check=True, timeout=10
    ).stdout
    return tuple(int(part) for part in text.strip().removeprefix("v").split("."))


def require_node(*needed: int) -> None:
    """Skip the test if Node is older than a program needs; Debian's may be."""
    if node_version() < needed:
        found, least = (".".join(map(str, version)) for version in (node_version(), needed))
        pytest.skip(f"Node {found} is too old: the program needs {least}")
