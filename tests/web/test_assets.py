"""Stylesheet bundle and static files, and how browsers cache them."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.models import Merchant
from portal.paths import STATIC
from portal.services.runtime import Runtime
from portal.web import assets
from portal.web.app import create_app
from portal.web.assets import stylesheets
from tests.factories import make_store
from tests.web.conftest import Visitor

YEAR = "max-age=31536000"


@pytest.fixture
def styles_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Copy of the stylesheets that a test may change."""
    for path in stylesheets():
        copy = tmp_path / path.relative_to(STATIC / "css")
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(assets, "STYLES", tmp_path)
    yield tmp_path
    assets._release_bundle.cache_clear()


def linked_styles(page: str) -> list[str]:
    return re.findall(r'<link rel="stylesheet"\s+href="([^"]+)"', page)


def bundle_address(visitor: Visitor) -> str:
    [address] = linked_styles(visitor.get("/login").text)
    return address


def test_bundle_has_the_stylesheets_in_the_order_of_the_cascade() -> None:
    order = [str(path.relative_to(STATIC / "css").with_suffix("")) for path in stylesheets()]
    components = [name for name in order if name.startswith("components/")]
    pages = [name for name in order if name.startswith("pages/")]

    assert order == ["tokens", "base", "layout", *sorted(components), *sorted(pages), "print"]
    assert len(components) > 20
    assert len(pages) > 2


def test_bundle_has_every_stylesheet_once() -> None:
    assert sorted(stylesheets()) == sorted((STATIC / "css").rglob("*.css"))


@pytest.mark.parametrize("path", ["/", "/login", "/api/docs", "/no-such-page"])
def test_page_links_exactly_one_stylesheet(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).text

    assert len(linked_styles(page)) == page.count("stylesheet") == 1


@pytest.mark.parametrize("room", ["", "/orders", "/orders/new", "/events", "/sync"])
def test_store_page_links_exactly_one_stylesheet(
    browser: Visitor, merchant: Merchant, room: str
) -> None:
    store = make_store(merchant)

    page = browser.get(f"/stores/{store.id}{room}").text

    assert len(linked_styles(page)) == page.count('rel="stylesheet"') == 1


def test_bundle_is_cached_for_a_year_at_the_url_with_its_digest(visitor: Visitor) -> None:
    response = visitor.get(bundle_address(visitor))

    assert response.data == b"\n".join(path.read_bytes() for path in stylesheets())
    assert response.mimetype == "text/css"
    assert YEAR in response.headers["Cache-Control"]
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/styles.css", "/styles.css?v=0123456789"])
def test_bundle_is_not_cached_at_a_url_without_its_digest(visitor: Visitor, address: str) -> None:
    response = visitor.get(address)

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_unchanged_bundle_is_a_304(visitor: Visitor, encoding: str) -> None:
    headers = {"Accept-Encoding": encoding}
    first = visitor.get("/styles.css", headers=headers)

    headers["If-None-Match"] = first.headers["ETag"]
    again = visitor.get("/styles.css", headers=headers)

    assert (again.status_code, again.data) == (304, b"")


def test_bundle_is_compressed(visitor: Visitor) -> None:
    plain = visitor.get("/styles.css")
    response = visitor.get("/styles.css", headers={"Accept-Encoding": "gzip"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(response.data) == plain.data
    assert len(response.data) < len(plain.data) / 3


def test_script_is_compressed_and_unchanged_a_304(visitor: Visitor) -> None:
    page = visitor.get("/login").text
    address = re.findall(r'src="(/static/js/vendor/htmx[^"]+)"', page)[0]
    content = (STATIC / address.partition("?")[0].removeprefix("/static/")).read_bytes()
    headers = {"Accept-Encoding": "gzip"}

    response = visitor.get(address, headers=headers)

    assert (response.headers["Content-Encoding"], response.headers["Vary"]) == (
        "gzip",
        "Accept-Encoding",
    )
    assert gzip.decompress(response.data) == content
    assert len(response.data) < len(content) / 2
    assert YEAR in response.headers["Cache-Control"]
    headers["If-None-Match"] = response.headers["ETag"]
    assert visitor.get(address, headers=headers).status_code == 304


def test_part_of_a_script_and_a_script_for_an_old_program_are_plain(visitor: Visitor) -> None:
    content = (STATIC / "js/live.js").read_bytes()

    headers = {"Accept-Encoding": "gzip", "Range": "bytes=0-9"}
    with visitor.get("/static/js/live.js", headers=headers) as part:
        assert (part.status_code, part.data) == (206, content[:10])
        assert "Content-Encoding" not in part.headers
    assert visitor.get("/static/js/live.js").data == content


def test_in_development_a_changed_stylesheet_gets_a_new_url(
    visitor: Visitor, styles_folder: Path
) -> None:
    before = bundle_address(visitor)
    (styles_folder / "pages" / "new.css").write_text(".new { order: 1; }\n")
    added = bundle_address(visitor)
    (styles_folder / "pages" / "new.css").write_text(".new { order: 2; }\n")
    os.utime(styles_folder / "pages" / "new.css", ns=(1, 1))
    changed = bundle_address(visitor)

    assert len({before, added, changed}) == 3
    assert ".new { order: 2; }" in visitor.get(changed).text


def test_in_production_the_stylesheets_are_read_once(runtime: Runtime, styles_folder: Path) -> None:
    assets._release_bundle.cache_clear()
    settings = replace(runtime.settings, env="production", portal_url="https://localhost")
    visitor = Visitor(create_app(replace(runtime, settings=settings)))
    before = bundle_address(visitor)

    (styles_folder / "base.css").write_text("")

    assert bundle_address(visitor) == before


def test_static_file_is_cached_for_a_year_at_the_url_with_its_digest(
    visitor: Visitor,
) -> None:
    page = visitor.get("/login").text
    address = re.findall(r'href="(/static/icon\.svg\?v=\w+)"', page)[0]

    with visitor.get(address) as response:
        assert response.data == (STATIC / "icon.svg").read_bytes()
        assert YEAR in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/styles.css", "/static/icon.svg"])
def test_shared_file_sets_no_session_cookie(browser: Visitor, path: str) -> None:
    with browser.get(path) as response:
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers.get("Vary", "")
        assert "no-store" not in response.headers["Cache-Control"]


def test_page_of_a_signed_in_merchant_is_not_cached(browser: Visitor) -> None:
    response = browser.get("/stores")

    assert "no-store" in response.headers["Cache-Control"]
    assert "Set-Cookie" in response.headers


def test_page_is_never_compressed(app: Flask) -> None:
    response = Visitor(app).get("/login", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in response.headers
