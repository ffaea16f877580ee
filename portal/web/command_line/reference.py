"""Reference of all commands as Markdown, generated from the code.

``make commands`` writes it to docs/commands.md.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Sequence

import click

from portal.web.command_line import COMMANDS

PROGRAM = "flask --app wsgi"
INTRODUCTION = f"""# Commands

Generated from the code by `make commands`. Run each command in the directory of `wsgi.py`, with
the settings of the portal; the portal and the daemon may keep running.
`{PROGRAM} COMMAND --help` shows the same text. Why the commands are as they are:
[command line](decisions/command-line.md).

**For scripts.** Results go to stdout; errors, notes and logs go to stderr. `--json` prints one JSON
document instead of a table. Times are UTC. Exit codes:

| code | meaning |
| --- | --- |
| 0 | done |
| 1 | failed: nothing was done, or a single thing failed |
| 2 | wrong usage |
| 3 | done in part: some of the stores or rows failed |

**Audit log.** Each change to a user, store, link or key that a command makes is in the audit log,
with the actor `command line`.

**Shell completion.** With `FLASK_APP=wsgi`, `flask` completes commands and options. For bash, add
both lines to `~/.bashrc`; for zsh write `zsh_source`, for fish `fish_source`:

```
export FLASK_APP=wsgi
eval "$(_FLASK_COMPLETE=bash_source flask)"
```
"""


def render_reference(commands: Sequence[click.Command] = COMMANDS) -> str:
    """Return the page docs/commands.md."""
    return "\n".join([INTRODUCTION, *(line for each in commands for line in _section(each))])


def _section(command: click.Command) -> Iterator[str]:
    yield f"## {command.name}"
    yield ""
    if not isinstance(command, click.Group):
        yield from _details(command, str(command.name))
        return
    yield _text(command)
    yield ""
    for name in sorted(command.commands):
        yield f"### {command.name} {name}"
        yield ""
        yield from _details(command.commands[name], f"{command.name} {name}")


def _details(command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(command)
    usage = " ".join([PROGRAM, name, *command.collect_usage_pieces(context)])
    yield from ("```", usage, "```", "", _text(command), "")
    options = [each for each in command.params if isinstance(each, click.Option)]
    if options:
        yield from ("| option | meaning |", "| --- | --- |")
        for option in options:
            record = option.get_help_record(context)
            if record is not None:
                names, meaning = (text.replace("|", r"\|") for text in record)
                yield f"| `{names}` | {meaning} |"
        yield ""


def _text(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "").replace("``", "`")


if __name__ == "__main__":
    sys.stdout.write(render_reference())
