"""Each step of docs/quickstart.md works, in its order, in the demo."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from portal.demo import CHANNEL_KEY, Demo
from portal.paths import ROOT
from tests.browser.merchant import deliver, join_marketplace

pytestmark = pytest.mark.unmeasured

GUIDE = (ROOT / "docs" / "quickstart.md").read_text()
STEPS = re.findall(r"```python\n(.+?)```", GUIDE, flags=re.S)


def add_sandbox_store(demo: Demo) -> int:
    """Add a store to the sandbox for this test alone, as other tests connect the demo's."""
    store = {"name": "Quick Trail", "products": 12, "customers": 3, "coupons": 1}
    made = requests.post(f"{demo.sandbox_url}/_sandbox/api/stores", json=store, timeout=30)
    return int(made.json()["store_id"])


def test_steps_lead_from_the_first_call_to_a_delivered_order(
    demo: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    store_id = add_sandbox_store(demo)
    key = (demo.folder / CHANNEL_KEY).read_text()
    session: dict[str, Any] = {}
    printed = []

    for step in STEPS:
        for shown, real in (
            ("http://127.0.0.1:8000", demo.portal_url),
            ("http://127.0.0.1:8100", demo.sandbox_url),
            ("mp_test_…", key),
        ):
            step = step.replace(shown, real)  # noqa: PLW2901
        exec(compile(step, "docs/quickstart.md", "exec"), session)
        printed.append(capsys.readouterr().out)
        if step.startswith("link ="):
            join_marketplace(demo, "quick@merchants.example", session["link"]["url"], store_id)
        elif "submission =" in step:
            deliver(printed[-1].splitlines()[-1], ["SHIPPED"])
    session["server"].shutdown()
    session["server"].server_close()

    assert printed[0].startswith("Sports Market test ")
    assert printed[3] == "Quick Trail EUR merchant-1\n"
    assert len(printed[4].splitlines()) == 5
    assert session["quote"]["is_orderable"]
    assert session["trial"]["is_accepted"]
    assert printed[7].endswith("SHIPPED\n")
    assert f"orders {session['order_id']} created" in printed[8]
