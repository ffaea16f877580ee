"""Tools of others accept the units, the Dockerfile and compose.yaml, where they are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.paths import ROOT
from tests.deploy.files import UNIT_PROGRAMS, UNITS, unit

pytestmark = pytest.mark.unmeasured

# systemd calls an exposure below 2 of 10 "OK"; a service without any hardening has 9.6. The option
# takes tenths.
EXPOSURE_LIMIT = "20"


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def output_of(*command: str) -> str:
    """Return what a successful command prints, warnings included."""
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def installed_units(tmp_path: Path) -> list[str]:
    """Return the units with the programs of this environment."""
    programs = f"{Path(sys.executable).parent}/"
    for path in UNITS:
        text = path.read_text().replace(UNIT_PROGRAMS, programs)
        (tmp_path / path.name).write_text(text)
    return [str(tmp_path / path.name) for path in UNITS]


def test_systemd_accepts_the_units_and_finds_their_programs(installed_units: list[str]) -> None:
    # Other programs of the machine have units, too, so only lines about ours count.
    text = output_of(tool("systemd-analyze"), "verify", *installed_units)

    assert [line for line in text.splitlines() if "merchant-portal" in line] == []


def test_systemd_finds_little_exposure(installed_units: list[str]) -> None:
    options = ("security", "--offline=yes", "--no-pager", f"--threshold={EXPOSURE_LIMIT}")
    for path in installed_units:
        text = output_of(tool("systemd-analyze"), *options, path)

        assert re.search(r"Overall exposure level for \S+: \d\.\d", text)


def test_unit_without_hardening_is_found(tmp_path: Path) -> None:
    path = tmp_path / "merchant-portal.service"
    path.write_text("[Service]\nExecStart=/bin/true\n")
    options = ("security", "--offline=yes", "--no-pager", f"--threshold={EXPOSURE_LIMIT}")

    done = subprocess.run(
        [tool("systemd-analyze"), *options, str(path)], capture_output=True, check=False
    )

    assert done.returncode != 0


def test_units_have_the_same_hardening() -> None:
    own = {"Type", "ExecStart", "ExecReload", "KillMode", "Restart", "RestartSec"}
    own |= {"TimeoutStartSec", "TimeoutStopSec", "WatchdogSec"}
    shared = [
        {name: value for name, value in unit(path)["Service"].items() if name not in own}
        for path in UNITS
    ]

    assert shared[0]["UMask"] == "0077"
    assert shared[0]["LimitNOFILE"] == "8192"
    assert shared == [shared[0]] * 3


def test_hadolint_accepts_the_dockerfile() -> None:
    assert output_of(tool("hadolint"), "--no-color", "Dockerfile") == ""


def test_compose_file_follows_the_specification() -> None:
    output_of(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "compose.yaml")
