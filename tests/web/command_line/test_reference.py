"""docs/commands.md is generated from the code, and every command explains itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from portal.web.command_line import COMMANDS
from portal.web.command_line.reference import render_reference

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"


def _every_command() -> Iterator[tuple[str, click.Command]]:
    """Yield each command with its full name."""
    for command in COMMANDS:
        if isinstance(command, click.Group):
            for name, each in command.commands.items():
                yield f"{command.name} {name}", each
        else:
            yield str(command.name), command


def test_reference_is_current() -> None:
    assert PAGE.read_text() == render_reference(), "run: make commands"


EVERY = list(_every_command())


@pytest.mark.parametrize(("name", "command"), EVERY)
def test_command_and_its_options_have_help(name: str, command: click.Command) -> None:
    options = [each for each in command.params if isinstance(each, click.Option)]

    assert command.help
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize(
    ("name", "command"),
    [each for each in EVERY if each[0].split()[-1] in ("list", "show")],
)
def test_command_that_lists_or_shows_prints_json_on_demand(
    name: str, command: click.Command
) -> None:
    assert "as_json" in [each.name for each in command.params]
