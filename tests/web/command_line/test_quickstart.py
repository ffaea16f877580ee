"""The commands of docs/quickstart.md add a channel with a test key that works."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

from flask import Flask

from portal.paths import ROOT
from tests.factories import make_channel

COMMANDS = re.findall(
    r"^flask --app wsgi (.+)$", (ROOT / "docs" / "quickstart.md").read_text(), flags=re.M
)


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
