"""The commands of docs/incidents.md work as they are written."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.models import ApiKey, BrowserSession, Grant, Merchant, SecondFactor, SyncRun
from portal.paths import ROOT
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.accounts.sign_in_throttle import Origin
from portal.rules.api_keys.key_scopes import KeyScope
from portal.sealing import key_bytes
from portal.services.accounts.browser_sessions import open_browser_session
from portal.services.api_keys.channel_keys import add_key
from portal.services.api_keys.keys import create_key
from portal.services.runtime import Runtime
from portal.services.sign_in_throttle import PASSWORD
from tests.factories import make_channel, make_factor, make_grant, make_merchant, make_store

PAGE = (ROOT / "docs" / "incidents.md").read_text()
SECTIONS = dict(part.split("\n", 1) for part in PAGE.split("\n## "))
FENCED = re.compile(r"^ *```\n(.*?)^ *```$", flags=re.M | re.S)
FLASK = "flask --app wsgi "
PREFIX = "1f0c9a7be2d4"

BEFORE = {
    "sessions": ["ada@example.com", "ops@example.com"],
    "keys": ["ERP", "Market", "Shop"],
    "admins": ["ops@example.com", "root@example.com"],
    "locked": [],
    "factors": ["ada@example.com", "ops@example.com", "root@example.com"],
    "tokens": 1,
    "runs": 0,
}
# Changes by the commands of each section, in their order.
CHANGES: dict[str, dict[str, Any]] = {
    "# Incidents": {},
    "The secret key has leaked": {"sessions": []},
    "The client secret has leaked": {"runs": 5},
    "The database has leaked": {"sessions": [], "keys": []},
    "An API key has leaked": {"keys": []},
    "An encryption key has leaked": {
        "sessions": [],
        "tokens": 0,
        "factors": ["root@example.com"],
    },
    "An operator's account was stolen": {
        "sessions": ["ada@example.com"],
        "admins": ["root@example.com"],
        "factors": ["ada@example.com", "root@example.com"],
    },
    "A merchant's account was stolen": {
        "sessions": ["ops@example.com"],
        "keys": ["Market"],
        "factors": ["ops@example.com", "root@example.com"],
    },
    "Passwords are tried at many accounts": {"sessions": ["ops@example.com"]},
}


def commands_of(text: str) -> list[str]:
    """Return the commands of a section in their order."""
    return [line.strip() for block in FENCED.findall(text) for line in block.splitlines()]


@pytest.fixture
def portal(app: Flask, runtime: Runtime) -> Flask:
    """Portal with the rows that the page names."""
    for name in ("root", "ops"):
        make_merchant(email=f"{name}@example.com", operator_role=OperatorRole.ADMIN)
    ada, ops = make_merchant(), Merchant.get(email="ops@example.com")
    make_factor(ada)
    store = make_store(ada)
    make_grant(store, runtime.sealer)
    for person in (ada, ops):
        open_browser_session(person, ip_address="", user_agent="")
    market = make_channel(id=7)
    made = [
        create_key(ada, "ERP", KeyScope),
        create_key(ada, "Shop", KeyScope, store),
        add_key(market, "Market", KeyScope),
    ]
    assert None not in made
    ApiKey.update(prefix=PREFIX).where(ApiKey.name == "ERP").execute()
    runtime.sign_in_throttle.begin(PASSWORD, ada.email, Origin("203.0.113.0/24"))
    return app


def state() -> dict[str, Any]:
    """Return what may open a door, and what was started."""
    people = list(Merchant.select())
    return {
        "sessions": sorted(row.merchant.email for row in BrowserSession.select()),
        "keys": sorted(key.name for key in ApiKey.select().where(ApiKey.revoked_at.is_null())),
        "admins": sorted(each.email for each in people if each.operator_role == OperatorRole.ADMIN),
        "locked": [each.email for each in people if each.is_locked],
        "factors": sorted(row.merchant.email for row in SecondFactor.select()),
        "tokens": Grant.select().where(Grant.revoked_at.is_null()).count(),
        "runs": SyncRun.select().count(),
    }


@pytest.mark.parametrize("title", SECTIONS)
def test_commands_of_an_incident_do_their_part(
    portal: Flask, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert state() == BEFORE
    commands = [line for line in commands_of(SECTIONS[title]) if line.startswith(FLASK)]

    for command in commands:
        arguments = shlex.split(command.removeprefix(FLASK))
        done = portal.test_cli_runner().invoke(args=arguments)
        assert done.exit_code == 0, (command, done.output)

    assert commands
    assert state() == BEFORE | CHANGES[title]


def test_other_commands_make_keys() -> None:
    others = {line for line in commands_of(PAGE) if not line.startswith(FLASK)}
    [command] = others

    program, *arguments = shlex.split(command)
    printed = subprocess.check_output([sys.executable, *arguments], cwd=ROOT, text=True)

    assert program == "python"
    assert key_bytes(printed.strip()) is not None
