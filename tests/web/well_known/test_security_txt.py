"""The file security.txt says where to report a vulnerability."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.config import Settings
from portal.models import utc_now
from portal.services.runtime import Runtime
from portal.web.app import create_app
from portal.web.well_known.views import SECURITY_TXT, security_text
from tests.web.conftest import Visitor


def fields_of(text: str) -> dict[str, str]:
    """Return the fields of the file by name."""
    lines = text.removesuffix("\n").split("\n")
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}


def test_anybody_reads_the_contact_and_how_long_it_is_valid(visitor: Visitor) -> None:
    response = visitor.get(SECURITY_TXT)

    fields = fields_of(response.text)
    valid_for = datetime.fromisoformat(fields["Expires"]) - utc_now()
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:security@clay.example"
    assert timedelta(days=170) < valid_for < timedelta(days=365)


def test_file_is_missing_without_a_contact(runtime: Runtime) -> None:
    settings = replace(runtime.settings, security_contact="")
    visitor = Visitor(create_app(replace(runtime, settings=settings)))

    assert visitor.get(SECURITY_TXT).status_code == 404


@pytest.mark.parametrize(
    ("contact", "uri"),
    [
        ("security@clay.example", "mailto:security@clay.example"),
        ("ada+security@clay.example", "mailto:ada+security@clay.example"),
        ("50%@clay.example", "mailto:50%25@clay.example"),
        ("https://clay.example/report?to=us", "https://clay.example/report?to=us"),
    ],
)
def test_contact_is_a_uri(settings: Settings, contact: str, uri: str) -> None:
    text = security_text(replace(settings, security_contact=contact), utc_now())

    assert fields_of(text)["Contact"] == uri


def test_address_of_the_file_is_named_with_https_only(settings: Settings) -> None:
    noon = datetime(2026, 11, 30, 12, 34, 56, 789, tzinfo=UTC)
    public = replace(settings, portal_url="https://portal.example")

    assert security_text(settings, noon) == (
        "Contact: mailto:security@clay.example\nExpires: 2027-05-29T00:00:00Z\n"
    )
    assert security_text(public, noon) == (
        "Contact: mailto:security@clay.example\nExpires: 2027-05-29T00:00:00Z\n"
        "Canonical: https://portal.example/.well-known/security.txt\n"
    )
