"""The script docs/marketplace.py sells for three merchants of the demo, by webhooks alone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from portal.demo import CHANNEL_KEY, Demo
from portal.demo_channel import CHANNEL_STORES
from portal.paths import ROOT
from tests.browser.merchant import deliver, join_marketplace

pytestmark = pytest.mark.unmeasured

STORE_IDS = {str(store["name"]).split()[0].lower(): store["store_id"] for store in CHANNEL_STORES}
TIMEOUT_S = 30


@contextmanager
def marketplace(demo: Demo) -> Iterator[Callable[[], str]]:
    """Run the script; yield a function that returns its next line, empty after the last one."""
    script = subprocess.Popen(
        [sys.executable, str(ROOT / "docs" / "marketplace.py"), "--portal", demo.portal_url],
        env={"PORTAL_KEY": (demo.folder / CHANNEL_KEY).read_text()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert script.stdout is not None
    try:
        yield script.stdout.readline
        assert script.wait(TIMEOUT_S) == 0
    finally:
        script.kill()
        script.communicate()


def test_marketplace_sells_for_three_merchants_with_one_key(demo: Demo) -> None:
    printed: list[str] = []
    with marketplace(demo) as next_line:
        while line := next_line():
            printed.append(line)
            name = line.partition("-")[0]
            if link := re.search(r"please open (\S+)", line):
                email = f"{name}@merchants.example"
                join_marketplace(demo, email, link[1], int(STORE_IDS[name]))
            elif placed := re.search(r"order (\S+) is in the store", line):
                orders = f"{demo.sandbox_url}/_sandbox/stores/{STORE_IDS[name]}/orders"
                deliver(f"{orders}/{placed[1]}")

    text = "".join(printed)
    assert len(re.findall(r"^\w+-\d+: ordered for", text, flags=re.M)) == 3, text
    assert len(re.findall(r", coupon \S+$", text, flags=re.M)) == 1
    assert len(re.findall(r"delivered as TRACK-1, after \d+ webhooks", text)) == 3
    assert text.endswith("times without a webhook for too long: 0\n")
