"""Output of commands: tables for people, JSON for programs, progress of long work."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

NOTHING = "-"
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
# Wide enough for every row, so that a program that reads the table gets one line per row.
UNLIMITED_WIDTH = 100_000

Row = Mapping[str, Any]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
limit_option = click.option(
    "--limit",
    default=100,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="Print at most this many rows.",
)


def print_rows(rows: Iterable[Row], columns: Sequence[str], *, as_json: bool, nothing: str) -> None:
    """Print rows as a table, or as a JSON array; ``nothing`` is the text for a list without rows.

    ``columns`` are the keys of the rows; JSON has all keys of the rows.
    """
    found = list(rows)
    if as_json:
        print_json(found)
    elif not found:
        click.echo(nothing)
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in columns:
            table.add_column(name.replace("_", " "), overflow="fold")
        for row in found:
            table.add_row(*(cell_text(row[name]) for name in columns))
        _print_table(table)


def print_facts(facts: Row, *, as_json: bool) -> None:
    """Print the facts about one thing, one per line, or as a JSON object."""
    if as_json:
        print_json(facts)
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), cell_text(value))
    _print_table(table)


def print_json(value: Any) -> None:
    """Print a JSON document; times are in UTC."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def print_remainder(*, has_more: bool) -> None:
    """Say on stderr that a list has more rows than were printed."""
    if has_more:
        click.echo("There are more: use --limit.", err=True)


def read_pages(read: Callable[[int | None], Any], limit: int) -> tuple[list[Any], bool]:
    """Return up to ``limit`` rows of a paginated list, and whether there are more.

    ``read`` returns the page after a key; see `portal.services.pagination.KeyPage`.
    """
    rows: list[Any] = []
    after: int | None = None
    while True:
        page = read(after)
        rows += page.rows
        after = page.later
        if after is None or len(rows) >= limit:
            return rows[:limit], after is not None or len(rows) > limit


def cell_text(value: Any) -> Text:
    """Return a value as text, without characters that could control the terminal."""
    if value is None or value in ("", [], {}):
        return Text(NOTHING)
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, datetime):
        return Text(format_second(value))
    if isinstance(value, Mapping | list | tuple):
        value = json.dumps(value, default=_plain, ensure_ascii=False)
    text = str(value)
    return Text("".join(letter if letter.isprintable() else UNPRINTABLE for letter in text))


def format_minute(at: datetime) -> str:
    """Return a time in UTC, to the minute."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def format_second(at: datetime) -> str:
    """Return a time in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


@contextmanager
def progress(description: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show the progress of long work on stderr, if that is a terminal.

    Yields a function that takes the number of parts that are done.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(description, total=total)
        yield lambda done: bar.update(task, completed=done)


def _print_table(table: Table) -> None:
    if sys.stdout.isatty():
        Console().print(table)
        return
    console = Console(width=UNLIMITED_WIDTH, no_color=True)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return str(value)
