"""The commands of the pages about installations exist, and make settings that are fit."""

from __future__ import annotations

import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest
from dotenv import dotenv_values

from portal.paths import ROOT
from portal.read_settings import read_settings
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.deploy.files import COMPOSE, DEPLOY, OWN_SERVICES, UNITS
from tests.test_config import SETTINGS

pytestmark = pytest.mark.unmeasured

PAGES = sorted((ROOT / "docs" / "operate").glob("*.md"))
FIRST_DEPLOY = (ROOT / "docs" / "operate" / "first-deploy.md").read_text()
TEXTS = "\n".join(page.read_text() for page in PAGES)


def blocks(text: str) -> list[str]:
    """Return the code blocks, without the indent of a list."""
    found = re.findall(r"^( *)```\n(.*?)^ *```", text, flags=re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def lines() -> list[str]:
    return [line for block in blocks(TEXTS) for line in block.splitlines()]


def settings_block() -> str:
    return next(block for block in blocks(FIRST_DEPLOY) if "cat > .env" in block)


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """The file that the commands of the page make, run as they are written."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    # The owner of the test's file is the user of the test.
    commands = settings_block().replace("--owner root --group portal ", "")
    assert commands != settings_block()
    subprocess.run(
        ["bash", "-euc", f"umask 022\n{commands}"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        check=True,
    )
    return tmp_path / ".env"


def test_settings_of_the_first_deploy_are_fit_for_production(env_file: Path) -> None:
    given = {name: value or "" for name, value in dotenv_values(env_file).items()}

    settings = read_settings(given)

    assert set(given) <= SETTINGS
    assert settings.is_production
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o640


def test_settings_of_the_first_deploy_are_fit_for_containers(env_file: Path) -> None:
    left_out = re.findall(r"without\n?((?:\s*`[A-Z_]+`,?(?: and)?)+), which", FIRST_DEPLOY)[0]
    without = set(re.findall(r"`([A-Z_]+)`", left_out))
    given = {k: v or "" for k, v in dotenv_values(env_file).items() if k not in without}
    for name in OWN_SERVICES:
        own = COMPOSE["services"][name]["environment"]
        passwords = {k: re.sub(r"\$\{\w+:\?[^}]*\}", "0123456789ab", v) for k, v in own.items()}

        assert without <= set(own)
        assert read_settings({**given, **passwords}).is_production


def flask_commands() -> list[list[str]]:
    found = [line.partition("flask --app wsgi ")[2] for line in lines()]
    return [shlex.split(command) for command in found if command]


def test_every_command_of_the_portal_exists(runtime: Runtime) -> None:
    assert ["sync", "show", "1003"] in flask_commands()
    for words in flask_commands():
        command: click.Command = create_app(runtime).cli
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]

        command.make_context("", words)


def test_every_unit_that_is_copied_and_started_exists() -> None:
    names = {path.name for path in UNITS}
    copies = [line for line in lines() if line.startswith("cp deploy/systemd")]
    started = re.findall(r"systemctl (?:enable --now|stop|start) (.+)", "\n".join(lines()))

    assert [{Path(each).name for each in copy.split()[1:-1]} for copy in copies] == [names] * 2
    assert {name for each in started for name in each.split()} == {
        "merchant-portal.service",
        "merchant-portal-daemon.service",
    }


def test_every_file_for_installations_is_named() -> None:
    assert [path.name for path in DEPLOY.iterdir() if f"deploy/{path.name}" not in TEXTS] == []


def test_host_is_replaced_in_the_nginx_example(tmp_path: Path) -> None:
    command = next(line for line in lines() if line.startswith("sed --in-place"))
    copy = tmp_path / "merchant-portal.conf"
    copy.write_text((DEPLOY / "nginx" / "merchant-portal.conf").read_text())
    own = command.replace("/portal.example.com/", "/portal.shop.example/")

    subprocess.run([*shlex.split(own)[:-1], str(copy)], check=True)

    rest = "\n".join(line for line in copy.read_text().splitlines() if not line.startswith("#"))
    assert "server_name portal.shop.example;" in rest
    assert "portal.example.com" not in rest
