"""Name, logo and support contacts of the portal on its pages, and in e-mails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from portal.email import render_email
from portal.portal_brand import PortalBrand
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.web.conftest import Visitor

IMAGE = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def visitor_of(runtime: Runtime, **settings: str) -> Visitor:
    """Return a browser of a portal with these settings."""
    return Visitor(create_app(replace(runtime, settings=replace(runtime.settings, **settings))))


def test_pages_have_the_name_and_both_contacts(runtime: Runtime) -> None:
    visitor = visitor_of(
        runtime,
        portal_name="Clay & market",
        support_email="help@clay.example",
        support_url="https://clay.example/help",
    )

    for path in ("/", "/login", "/nothing"):
        page = visitor.get(path).text
        assert page.count("Clay &amp; market") >= 2
        assert 'href="mailto:help@clay.example"' in page
        assert 'href="https://clay.example/help"' in page
        assert "Merchant portal" not in page


def test_page_without_contacts_offers_none(visitor: Visitor) -> None:
    page = visitor.get("/login").text

    assert "Merchant portal" in page
    assert "page__support" not in page


def test_logo_file_is_served_under_a_url_that_changes_with_it(
    runtime: Runtime, tmp_path: Path
) -> None:
    file = tmp_path / "logo.svg"
    file.write_bytes(IMAGE)
    visitor = visitor_of(runtime, portal_logo=str(file))

    address = visitor.get("/").text.partition('page__logo"')[2].split('"')[1]
    response = visitor.get(address, buffered=True)

    assert response.data == IMAGE
    assert response.mimetype == "image/svg+xml"
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


def test_logo_of_another_host_is_linked(runtime: Runtime) -> None:
    visitor = visitor_of(runtime, portal_logo="https://clay.example/logo.png")

    page = visitor.get("/")
    assert 'src="https://clay.example/logo.png"' in page.text
    assert "img-src 'self' https:" in page.headers["Content-Security-Policy"]
    assert visitor.get("/logo").status_code == 404


@pytest.mark.parametrize("kind", ["text", "html"])
def test_emails_have_the_name_and_both_contacts(kind: str) -> None:
    brand = PortalBrand(
        "Clay market", "https://p.example", "help@clay.example", "https://h.example"
    )

    email = render_email("no_account", brand=brand, link="https://p.example/l")

    body = getattr(email, kind)
    assert "Clay market" in body
    assert "help@clay.example" in body
    assert "https://h.example" in body
