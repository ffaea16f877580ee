"""The files for installations, as data."""

from __future__ import annotations

import json
import re
import shlex
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import yaml

from portal.paths import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
NGINX_EXAMPLE = DEPLOY / "nginx" / "merchant-portal.conf"
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
OWN_SERVICES = ("migrate", "portal", "daemon")
# Where the units expect the programs of the environment that `make setup` makes.
UNIT_PROGRAMS = "/opt/merchant-portal/.venv/bin/"


def unit(path: Path) -> RawConfigParser:
    """Return a unit. Of options that are given twice only the last value is kept."""
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path)
    return parser


def unit_commands() -> dict[str, list[str]]:
    """Return the command of each unit, without the folder of the programs."""
    return {
        path.stem.removeprefix("merchant-").removeprefix("portal-"): without_address(
            shlex.split(unit(path)["Service"]["ExecStart"].removeprefix(UNIT_PROGRAMS))
        )
        for path in UNITS
    }


def procfile_commands() -> dict[str, list[str]]:
    """Return the command of each line of the Procfile."""
    lines = (line.partition(": ") for line in (ROOT / "Procfile").read_text().splitlines())
    return {name: without_address(shlex.split(command)) for name, _, command in lines}


def compose_commands() -> dict[str, list[str]]:
    """Return the command of each service that runs the image of the portal."""
    return {name: COMPOSE["services"][name]["command"] for name in OWN_SERVICES}


def image_command() -> list[str]:
    """Return the command that the image runs by default."""
    found = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, flags=re.MULTILINE)
    command: list[str] = json.loads(found[0])
    return command


def copied_files() -> list[str]:
    """Return the files and folders of the repository that are copied into the image."""
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE)
    return [name for line in lines for name in line.split()]


def without_address(command: list[str]) -> list[str]:
    """Return a command without the address at which gunicorn listens."""
    if "--bind" not in command:
        return command
    place = command.index("--bind")
    return command[:place] + command[place + 2 :]
