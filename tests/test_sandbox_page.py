"""The sandbox's documentation agrees with its code."""

from __future__ import annotations

import re
from pathlib import Path

from portal.sandbox.actions import ACTIONS
from portal.sandbox.config import SWITCHES, SandboxConfig
from portal.sandbox.parts import make_parts
from portal.sandbox.server import make_app

PAGE = (Path(__file__).parent.parent / "docs" / "sandbox.md").read_text()


def test_the_page_lists_every_switch_with_its_default() -> None:
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| `([^`]*)` \|", PAGE, flags=re.M)

    assert rows == [(name, default) for name, (default, _) in SWITCHES.items()]


def test_the_page_lists_every_call(tmp_path: Path) -> None:
    config = SandboxConfig(tmp_path / "s.db", "id", "secret", "http://127.0.0.1/callback")
    parts = make_parts(config, "http://127.0.0.1")
    rules = {
        rule.rule.removeprefix("/api/v3/<int:store_id>").split("/")[1]
        for rule in make_app(parts).url_map.iter_rules()
        if rule.rule.startswith("/api/v3/<int:store_id>/")
    }
    parts.state.close()

    assert {name for name in rules if f"/{name}" not in PAGE} == set()


def test_every_action_in_the_examples_exists() -> None:
    names = re.findall(r"/actions/([a-z-]+)", PAGE)

    assert names
    assert set(names) <= ACTIONS.keys()
