"""The tour fills the demo with three connected stores, by acts alone, and only once."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests
from requests_mock import ANY, Mocker

from portal import demo as demo_module
from portal import demo_tour
from portal.demo import EMAIL, PASSWORD, Demo, on_tour, running
from portal.demo_process import DemoError
from portal.demo_tour import BUSY, IMPORTING, REVOKED, Tour
from portal.demo_visitor import Visitor

PATIENCE_S = 90
# Steps that a finished tour has done.
STEPS = [
    *("connect busy", "stores", "connect revoked", "connect importing", "slow", "revoke"),
    *("first actions", "orders"),
]
ACTS = 3


def wait_until(is_true: Callable[[], object], what: str) -> None:
    """Return when ``is_true``; fail if that takes too long."""
    until = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < until, what
        time.sleep(0.2)


def sandbox_store(demo: Demo, store_id: int) -> Any:
    """Return a store of the sandbox."""
    url = f"{demo.sandbox_url}/_sandbox/api/stores/{store_id}"
    return requests.get(url, timeout=30).json()


def main_text(demo: Demo, path: str) -> str:
    """Return the text of a page as the demo's merchant sees it."""
    visitor = Visitor(demo.portal_url)
    visitor.sign_in(EMAIL, PASSWORD)
    page = visitor.text(path)
    return unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


@pytest.fixture
def few_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores that are imported in seconds, apart from the one that is slow."""
    monkeypatch.setattr(demo_module, "PRODUCTS", 40)
    monkeypatch.setattr(demo_module, "SALES_COUNTS", {"orders": 20, "customers": 5, "coupons": 2})
    revoked, importing = demo_tour.TOUR_STORES
    monkeypatch.setattr(demo_tour, "TOUR_STORES", (revoked, importing | {"products": 2_000}))
    monkeypatch.setattr(demo_tour, "PAUSE_S", 0.5)
    # Coverage would double the run time of the demo's processes.
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


def test_tour_shows_three_states_and_is_not_repeated(few_records: None, short_folder: Path) -> None:
    demo = Demo.on_free_ports(short_folder / "tour")
    with running(demo), on_tour(demo) as tour:
        assert "Juniper & Clay" in main_text(demo, "/stores")
        wait_until(lambda: tour.is_complete or tour.error, "the tour is not complete")
        assert tour.error == ""
        importing = main_text(demo, f"/stores/{IMPORTING}")
        wait_until(
            lambda: "Some permissions are missing" in main_text(demo, f"/stores/{REVOKED}"),
            "the portal did not notice",
        )
        placed = main_text(demo, f"/stores/{BUSY}/orders/submissions")
        orders = sandbox_store(demo, BUSY)["orders"]
        wait_until(lambda: sandbox_store(demo, BUSY)["orders"] > orders, "nobody orders any more")

    with running(demo), on_tour(demo) as again:
        assert again.is_complete
        assert again.error == ""
        is_connected = [sandbox_store(demo, each)["installed"] for each in (1101, 1102, 1103)]

    assert "importing now" in importing
    assert "Sports Market" in placed
    assert is_connected == [False, False, False]
    assert json.loads((demo.folder / "tour.json").read_text()) == tour.done == again.done


def stopped_tour(folder: Path) -> Tour:
    """Return a tour of a demo that doesn't run."""
    url = "http://127.0.0.1:9"
    return Tour(url, url, "key", folder / "tour.json", EMAIL, PASSWORD)


def test_tour_reports_why_it_has_stopped(tmp_path: Path) -> None:
    tour = stopped_tour(tmp_path)

    tour.start()
    wait_until(lambda: tour.error, "no error")

    assert "127.0.0.1" in tour.error
    assert not tour.is_complete


def test_tour_is_silent_about_a_demo_that_was_stopped(tmp_path: Path) -> None:
    tour = stopped_tour(tmp_path)

    tour.stop()
    tour.run()

    assert tour.error == ""
    assert not (tmp_path / "tour.json").exists()


def test_page_without_a_form_stops_the_tour(requests_mock: Any) -> None:
    requests_mock.get("http://127.0.0.1:9/login", text="out of order", status_code=503)

    with pytest.raises(DemoError, match="the page /login has no form: 503"):
        Visitor("http://127.0.0.1:9").sign_in(EMAIL, PASSWORD)


def test_acts_go_on_until_the_demo_stops_also_without_a_suitable_record(
    tmp_path: Path, requests_mock: Mocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_tour, "PAUSE_S", 0.01)
    tour = stopped_tour(tmp_path)
    tour.file.write_text(json.dumps(STEPS))
    tour = stopped_tour(tmp_path)

    def answer(request: object, context: Any) -> dict[str, str]:
        context.status_code = 200 if requests_mock.call_count < ACTS else 404
        if requests_mock.call_count == 2 * ACTS:
            tour.stop()
        return {}

    requests_mock.post(ANY, json=answer)
    tour.run()

    assert tour.error == ""
    paths = [call.path.rpartition("/")[2] for call in requests_mock.request_history]
    assert paths == list(demo_tour.ACTIONS[: 2 * ACTS])


def test_tour_stops_with_the_answer_of_a_refused_call(
    tmp_path: Path, requests_mock: Mocker
) -> None:
    requests_mock.get(ANY, status_code=500)
    tour = stopped_tour(tmp_path)
    tour.run()

    assert tour.error == "GET http://127.0.0.1:9/_sandbox/api/stores answered 500"
