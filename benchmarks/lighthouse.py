"""Lighthouse's scores, requests and sizes of ten pages on a phone: ``make lighthouse``.

The portal runs under gunicorn with long lists in its database. Lighthouse loads each page without
a cache, with the slow network and processor of its mobile profile.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.report import figure, table
from benchmarks.web_server import Place, place, serving
from portal.models import Merchant, Store
from portal.read_settings import read_settings
from portal.rules.accounts.operator_roles import OperatorRole
from portal.sealing import new_key
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.factories import make_merchant
from tests.runtimes import opened_runtime
from tests.web.conftest import Visitor
from tests.web.long_lists import fill_lists
from tests.web.route_rows import make_rows

LIGHTHOUSE = Path(__file__).parent / "lighthouse_node/node_modules/lighthouse/cli/index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
# Scores of a busy machine vary, so each page is loaded several times. Arguments are another number,
# and names of pages.
ROUNDS = 3
# Of one load, until Lighthouse could record it.
RUNS = 3
PAGES = {
    "sign in": "/login",
    "stores": "/stores",
    "overview": "/stores/{store_id}",
    "products": "/stores/{store_id}/products",
    "product": "/stores/{store_id}/products/{product_id}",
    "orders": "/stores/{store_id}/orders",
    "order": "/stores/{store_id}/orders/90",
    "new order": "/stores/{store_id}/orders/new",
    "events": "/stores/{store_id}/events",
    "connection": "/stores/{store_id}/connection",
}


@dataclass(frozen=True)
class Scores:
    """Scores of one page in percent, the requests that it takes, and their kilobytes."""

    scores: tuple[float, ...]
    requests: int
    kilobytes: float


def main(arguments: list[str]) -> int:
    """Measure the pages and print the table and the figures; return 1 without Lighthouse."""
    rounds = int(arguments[0]) if arguments else ROUNDS
    chosen = arguments[1:] or list(PAGES)
    if unknown := set(chosen).difference(PAGES):
        print(f"no such page: {', '.join(sorted(unknown))}; the pages are: {', '.join(PAGES)}")
        return 1
    chromium = shutil.which("chromium")
    if chromium is None or not LIGHTHOUSE.exists():
        print("run it with `make lighthouse`, which installs Chromium and Lighthouse")
        return 1
    with place() as bare:
        environ = {
            "PORTAL_SECRET_KEY": "a secret key of the benchmark, long enough",
            "PORTAL_ENCRYPTION_KEYS": new_key(),
            "PORTAL_DATA_DIR": str(bare.folder),
            "PORTAL_URL": "http://127.0.0.1",
        }
        where = replace(bare, environ=bare.environ | environ)
        cookie, paths = _filled(where)
        with serving(where, "wsgi:app", "--workers", "2") as server:
            url = f"http://127.0.0.1:{server.port}"
            scores = {
                name: _measured(chromium, url + path, cookie if path != "/login" else "", rounds)
                for name, path in paths.items()
                if name in chosen
            }
    _print(scores)
    return 0


def _filled(where: Place) -> tuple[str, dict[str, str]]:
    """Fill the database; return the cookie of a signed-in operator and the paths."""
    with opened_runtime(read_settings(where.environ)) as runtime:
        Store.delete().execute()
        owner = make_merchant(email="owner@example.com", operator_role=OperatorRole.ADMIN)
        staff = make_merchant(email="staff@example.com")
        rows = make_rows(runtime, owner, staff, invited=make_merchant(email="guest@example.com"))
        fill_lists(rows, owner)
        return _cookie(runtime, owner), _paths(rows)


def _cookie(runtime: Runtime, owner: Merchant) -> str:
    app = create_app(runtime)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = Visitor(app).force_login(owner).client.get_cookie(name)
    if cookie is None:
        sys.exit("the portal opened no session")
    return f"{name}={cookie.value}"


def _paths(rows: Mapping[str, object]) -> dict[str, str]:
    return {name: path.format(**rows) for name, path in PAGES.items()}


def _measured(chromium: str, url: str, cookie: str, rounds: int) -> Scores:
    """Return the median of several loads of a page."""
    loads = [_load(chromium, url, cookie) for _ in range(rounds)]
    return Scores(
        tuple(median(load.scores[i] for load in loads) for i in range(len(CATEGORIES))),
        max(load.requests for load in loads),
        max(load.kilobytes for load in loads),
    )


def _report(chromium: str, url: str, cookie: str) -> Any:
    """Return Lighthouse's report of one load; it asks to be run again if Chromium was too slow."""
    with tempfile.TemporaryDirectory(prefix="lh", dir="/tmp") as folder:
        report = Path(folder) / "report.json"
        headers = Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": cookie} if cookie else {}))
        command = [
            *("node", str(LIGHTHOUSE), url, "--quiet", "--output=json"),
            *(f"--output-path={report}", f"--extra-headers={headers}"),
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        ]
        environ = os.environ | {"CHROME_PATH": chromium}
        for _ in range(RUNS):
            done = subprocess.run(command, env=environ, check=False, capture_output=True, text=True)
            if done.returncode == 0:
                return json.loads(report.read_text())
            print(done.stderr.strip())
    sys.exit(f"{url}: no report in {RUNS} runs")


def _load(chromium: str, url: str, cookie: str) -> Scores:
    found = _report(chromium, url, cookie)
    if "runtimeError" in found:
        sys.exit(f"{url}: {found['runtimeError']['message']}")
    if found["finalDisplayedUrl"] != url:
        sys.exit(f"{url} leads to {found['finalDisplayedUrl']}")
    for name in CATEGORIES[1:]:
        _print_failures(url, found, name)
    # Polls of a page that nothing has changed on go on as long as Lighthouse watches.
    requests = [
        request
        for request in found["audits"]["network-requests"]["details"]["items"]
        if request["statusCode"] != HTTPStatus.NO_CONTENT
    ]
    return Scores(
        tuple(100 * found["categories"][name]["score"] for name in CATEGORIES),
        len(requests),
        sum(request.get("transferSize", 0) for request in requests) / 1000,
    )


def _print_failures(url: str, found: dict[str, object], category: str) -> None:
    """Print the audits that cost a page points."""
    audits, categories = found["audits"], found["categories"]
    assert isinstance(audits, dict)
    assert isinstance(categories, dict)
    for reference in categories[category]["auditRefs"]:
        audit = audits[reference["id"]]
        if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
            print(f"  {url}: {audit['id']}: {audit['title']}", flush=True)


def _print(scores: Mapping[str, Scores]) -> None:
    rows = [
        [
            name,
            *(f"{score:.0f}" for score in page.scores),
            page.requests,
            f"{page.kilobytes:.0f}",
        ]
        for name, page in scores.items()
    ]
    table("Lighthouse, mobile", ["page", *CATEGORIES, "requests", "KB"], rows)
    for i, (name, target) in enumerate(zip(CATEGORIES, (95, 100, 100), strict=True)):
        lowest = min(page.scores[i] for page in scores.values())
        figure(f"lighthouse_{name.replace('-', '_')}_min", lowest, "%", f">= {target}")
    most = max(page.requests for page in scores.values())
    figure("page_requests_max", most, "requests", "at most 10")
    figure("page_transfer_kb_max", max(p.kilobytes for p in scores.values()), "KB", "<= 100")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
