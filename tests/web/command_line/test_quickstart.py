"""The commands of docs/quickstart.md work, and its steps can be pasted into Python."""

from __future__ import annotations

import code
import json
import re
import shlex
from typing import Any

from flask import Flask

from portal.paths import ROOT
from tests.factories import make_channel

GUIDE = (ROOT / "docs" / "quickstart.md").read_text()
COMMANDS = [
    command.replace("\\\n", "")
    for command in re.findall(r"^flask --app wsgi ((?:.+\\\n)*.+)$", GUIDE, flags=re.M)
]
STEPS = re.findall(r"```python\n(.+?)```", GUIDE, flags=re.S)


class PasteConsole(code.InteractiveConsole):
    """Prompt of Python that compiles what is pasted, line by line, and runs nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[str] = []

    def runcode(self, _code: object) -> None:
        """Run nothing."""

    def showsyntaxerror(self, *_args: object, **_options: object) -> None:
        """Collect the line that the prompt doesn't understand."""
        self.errors.append(self.buffer[-1])


def run(app: Flask, command: str) -> Any:
    """Run a command of the guide; return its output."""
    done = app.test_cli_runner().invoke(args=[*shlex.split(command), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout[done.stdout.index("{") :])


def test_commands_add_a_channel_with_a_key_that_works(app: Flask) -> None:
    make_channel()  # as in the demo
    add_channel, add_key = COMMANDS

    channel = run(app, add_channel)
    key = run(app, add_key)["key"]

    me = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).json
    assert me["channel"]["name"] == channel["name"] == "My Market"
    assert (me["channel"]["id"], me["key"]["mode"]) == (2, "test")
    # Webhook endpoints and connect links of the next steps need a scope each.
    assert {"manage_keys", "manage_links"} <= set(me["key"]["scopes"])


def test_steps_can_be_pasted_into_the_prompt_of_python() -> None:
    console = PasteConsole()

    for line in "\n".join(STEPS).splitlines():  # up to Python 3.12, a blank line ends a block
        console.push(line)

    assert len(STEPS) == 10
    assert console.errors == []
