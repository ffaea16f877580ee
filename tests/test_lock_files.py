"""Lock files have hashes and name no server, and everything is installed from them."""

from __future__ import annotations

import re
from configparser import ConfigParser

import pytest

from portal.paths import ROOT

LOCKS = ("requirements.lock", "requirements-test.lock", "tests/clients/requirements.lock")
MAKEFILE = (ROOT / "Makefile").read_text()


def requirements(lock: str) -> list[str]:
    """Return each requirement of a lock file with its hashes on one line, without comments."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / lock).read_text(), flags=re.M)
    return text.replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_one_version_and_hashes(lock: str) -> None:
    pinned = re.compile(
        r"[a-z0-9._-]+(\[[a-z0-9]+\])?==\S+( ; .+?)?( +--hash=sha256:[0-9a-f]{64})+"
    )

    found = requirements(lock)

    assert len(found) > 20
    assert [line for line in found if not pinned.fullmatch(line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_server_is_named(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()


def test_checks_use_the_versions_of_the_portal() -> None:
    assert set(requirements(LOCKS[0])) <= set(requirements(LOCKS[1]))


@pytest.mark.parametrize(("lock", "extra"), [(LOCKS[0], ""), (LOCKS[1], "test")])
def test_every_dependency_is_locked(lock: str, extra: str) -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    section = config["options.extras_require"] if extra else config["options"]
    asked = re.findall(r"^([a-zA-Z0-9_.-]+)", section[extra or "install_requires"], flags=re.M)

    locked = {re.split(r"\[|==", line)[0] for line in requirements(lock)}
    assert {name.lower() for name in asked} <= locked


def test_everything_is_installed_with_hashes() -> None:
    installs = re.findall(r"^\t.*\bpip install\b.*$", MAKEFILE, flags=re.M)

    # Only the tool that writes the lock files.
    assert [line.split()[-1] for line in installs] == ["uv"]
    assert "INSTALL := pip install --quiet --disable-pip-version-check --require-hashes" in MAKEFILE
    assert re.findall(r"\$\(INSTALL\) (\S+)", MAKEFILE) == list(LOCKS)
