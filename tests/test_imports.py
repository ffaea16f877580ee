"""Importing any module outside `portal.web` loads no Flask and opens nothing."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import portal

ROOTS = (
    "portal.models",
    "portal.ecwid",
    "portal.errors",
    "portal.rules",
    "portal.services",
    "daemon",
)
# The modules directly in `portal`.
SINGLE = (
    "portal",
    *(f"portal.{found.name}" for found in pkgutil.iter_modules(portal.__path__) if not found.ispkg),
)

# Runs in a separate process and prints each forbidden action of an imported module. Binding a
# socket is allowed, because urllib3 does it to detect IPv6.
PROGRAM = """
import sys

FORBIDDEN = {"sqlite3.connect", "socket.connect", "subprocess.Popen", "os.system"}
FORBIDDEN |= {"os.mkdir", "os.rename", "os.remove", "os.fork", "os.posix_spawn"}

def watch(event, arguments):
    writes = event == "open" and any(sign in str(arguments[1]) for sign in "wax+")
    if event in FORBIDDEN or writes:
        print(module, event, *map(repr, arguments))

sys.dont_write_bytecode = True
sys.addaudithook(watch)
for module in sys.argv[1:]:
    __import__(module)
    for name in ("flask", "werkzeug"):
        if sys.modules.pop(name, None):
            print(module, "loads", name)
"""


def modules_below(root: str) -> list[str]:
    """Return the names of a package and of all modules below it."""
    package = importlib.import_module(root)
    below = [found.name for found in pkgutil.walk_packages(package.__path__, f"{root}.")]
    # Migrations are loaded from their files, and importing a __main__ would start its program.
    return [root, *(name for name in below if not name.rpartition(".")[2].startswith(("0", "__")))]


def offences_of(*names: str) -> str:
    command = [sys.executable, "-c", PROGRAM, *names]
    # Coverage would open its own database in that process.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=env)
    return done.stdout + done.stderr


@pytest.mark.parametrize("root", ROOTS)
def test_importing_a_package_loads_no_flask_and_opens_nothing(root: str) -> None:
    names = modules_below(root)

    assert len(names) > 2
    assert offences_of(*names) == ""


def test_importing_the_single_modules_loads_no_flask_and_opens_nothing() -> None:
    assert offences_of(*SINGLE) == ""


def test_check_detects_flask_and_databases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "careless.py").write_text("import sqlite3; sqlite3.connect(':memory:')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    assert "flask loads werkzeug" in offences_of("flask")
    assert "careless sqlite3.connect" in offences_of("careless")
