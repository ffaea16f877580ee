"""Output of commands and their exit codes."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime

import click
import pytest
from click.testing import CliRunner, Result
from peewee import OperationalError

from portal.errors import RunRefusedError, StoreNotConnectedError
from portal.rules.sync.run_refusals import RunRefusal
from portal.web.command_line.groups import error_text, for_each
from portal.web.command_line.output import cell_text, print_facts, print_rows, progress

AT = datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC)


class Terminal(io.StringIO):
    """Output that a person reads."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        ("", "-"),
        ([], "-"),
        (0, "0"),
        (True, "yes"),
        (False, "no"),
        (AT, "2026-03-01 12:30:05 UTC"),
        ({"at": AT}, '{"at": "2026-03-01T12:30:05+00:00"}'),
        ("[bold]Clay", "[bold]Clay"),
        ("a\x1b[31mb\nc", "a\N{REPLACEMENT CHARACTER}[31mb\N{REPLACEMENT CHARACTER}c"),
    ],
)
def test_cell_is_text_that_cannot_control_the_terminal(value: object, text: str) -> None:
    assert cell_text(value).plain == text


def test_long_row_stays_on_one_line_unless_a_person_reads_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"name": "x" * 300, "at": AT}
    print_rows([row], ("name", "at"), as_json=False, nothing="")
    for_program = capsys.readouterr().out.splitlines()

    monkeypatch.setenv("COLUMNS", "80")
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    print_rows([row], ("name", "at"), as_json=False, nothing="")

    assert len(for_program) == 2
    assert "x" * 300 in for_program[1]
    assert len(screen.getvalue().splitlines()) > 3


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    print_facts({"name": "Ämne", "at": AT}, as_json=True)

    printed = capsys.readouterr().out
    assert json.loads(printed) == {"name": "Ämne", "at": "2026-03-01T12:30:05+00:00"}
    assert "Ä" in printed


def test_progress_is_shown_to_people_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with progress("rows", total=2) as show:
        show(1)
    assert capsys.readouterr() == ("", "")

    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", screen)
    with progress("rows", total=2) as show:
        show(1)
    assert "rows" in screen.getvalue()


def act_on(*items: int) -> Result:
    """Run a command for items, of which odd ones fail."""

    def act(item: int) -> str:
        if item == 3:
            raise click.ClickException("three is not connected here")
        if item % 2:
            raise StoreNotConnectedError("no token")
        return "done"

    @click.command
    def command() -> None:
        for_each(items, lambda item: f"store {item}", act)

    return CliRunner().invoke(command)


@pytest.mark.parametrize(
    ("items", "exit_code", "done", "failed"),
    [
        ((2, 4), 0, "store 2: done\nstore 4: done\n", ""),
        ((1, 2), 3, "store 2: done\n", "store 1: no token\nError: 1 of 2 failed\n"),
        ((3,), 1, "", "store 3: three is not connected here\nError: 1 of 1 failed\n"),
    ],
)
def test_exit_code_says_whether_all_some_or_none_succeeded(
    items: tuple[int, ...], exit_code: int, done: str, failed: str
) -> None:
    result = act_on(*items)

    assert (result.exit_code, result.stdout, result.stderr) == (exit_code, done, failed)


def test_error_is_explained_to_a_person() -> None:
    assert "We can't sync" in error_text(RunRefusedError(1, RunRefusal.STORE_STOPPED))
    assert error_text(OperationalError("no route\nhint")) == "the database can't be used: no route"
