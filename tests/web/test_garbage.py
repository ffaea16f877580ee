"""No page fails because of a value in its address that no link of the portal has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict

from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from tests.factories import make_merchant
from tests.web.conftest import PASSWORD_HASH, Visitor
from tests.web.page_walk import PageRequest, page_requests
from tests.web.route_rows import make_rows

# The tests of each page measure its code.
pytestmark = pytest.mark.unmeasured

TOO_LARGE = "1" + "0" * 30
GARBAGE = (
    "-1",
    str(2**63),
    f"{TOO_LARGE}-{TOO_LARGE}",
    "1e400",
    "0001-01-01T00:00",
    '\u202e\u05d0\U0001f3fa * OR " [',
    "//[",
)
# Without a right code, the sign-in calls Ecwid, which no test of pages reaches.
CALLS_ECWID = {("connect.callback", "code")}


class AskedFields(ImmutableMultiDict[str, str]):
    """Fields of a request that record which of them a view asks for."""

    names: ClassVar[set[str]] = set()

    def get(self, key: str, *args: Any, **options: Any) -> Any:
        """Record the name."""
        self.names.add(key)
        return super().get(key, *args, **options)

    def getlist(self, key: str, *args: Any) -> Any:
        """Record the name."""
        self.names.add(key)
        return super().getlist(key, *args)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


class RecordingRequest(Request):
    """Request whose fields are `AskedFields`."""

    parameter_storage_class = AskedFields


@pytest.fixture
def owner(runtime: Runtime) -> Merchant:
    """An operator who owns a store with rows of every kind."""
    return make_merchant(
        email="owner@example.com", operator_role=OperatorRole.ADMIN, password_hash=PASSWORD_HASH
    )


def garbage_requests(app: Flask, browser: Visitor, rows: dict[str, Any]) -> Iterator[PageRequest]:
    """Yield requests of each page with garbage in each of the fields that it asks for."""
    for number, page in enumerate(page_requests(app, rows)):
        if page.query or page.name.startswith(("api.", "static")):
            continue
        AskedFields.names = set()
        page.send(browser, {}, number)
        for name in sorted(AskedFields.names):
            if (page.name, name) not in CALLS_ECWID:
                yield from (
                    PageRequest(page.name, page.path, urlencode({name: text})) for text in GARBAGE
                )


def test_no_page_fails_because_of_garbage_in_its_address(
    app: Flask, runtime: Runtime, owner: Merchant
) -> None:
    app.request_class = RecordingRequest
    browser, staff = Visitor(app).force_login(owner), make_merchant(email="staff@example.com")
    rows = make_rows(runtime, owner, staff, invited=make_merchant(email="guest@example.com"))

    requests = list(garbage_requests(app, browser, rows))
    failed = [
        f"{request.path}?{request.query}"
        for number, request in enumerate(requests, start=10_000)
        if request.send(browser, {}, number).status_code >= 500
    ]

    assert failed == []
    assert len(requests) > 500
