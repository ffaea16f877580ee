"""Fixtures of the services' tests: a merchant, and an Ecwid with prepared responses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import requests_mock

from portal.config import Settings
from portal.models import Merchant, Store
from portal.services.runtime import Runtime
from tests.factories import make_grant, make_merchant, make_store
from tests.post_office import PostOffice, open_post_office
from tests.shop import with_sandbox

API = "http://ecwid.invalid/api/v3/1003"
PROFILE = f"{API}/profile"
STATUSES = f"{PROFILE}/order_statuses"
WEBHOOKS = f"{API}/webhooks"


def during_call(act: Callable[[], object]) -> Callable[[object], bool]:
    """Return an additional matcher that calls ``act`` before the response is sent."""

    def match(request: object) -> bool:
        act()
        return True

    return match


@pytest.fixture
def settings(settings: Settings, database_url: str, request: pytest.FixtureRequest) -> Settings:
    """Settings of a portal, once on SQLite and once on PostgreSQL.

    Tests that use the sandbox have it as Ecwid; in all others no address answers. Tests that use
    the office send their emails to it.
    """
    settings = replace(settings, database_url=database_url)
    if "office" in request.fixturenames:
        office: PostOffice = request.getfixturevalue("office")
        settings = replace(settings, mail_url=f"{office.url}?from=portal@clay.example")
    if "sandbox" in request.fixturenames:
        return with_sandbox(settings, request.getfixturevalue("sandbox"))
    return settings


@pytest.fixture
def ecwid() -> Iterator[requests_mock.Mocker]:
    """An Ecwid whose stores have no own order statuses; any call without a response fails.

    It doesn't report the scopes of tokens, which the real Ecwid may not do, either.
    """
    with requests_mock.Mocker() as mocker:
        mocker.get(f"{API}/application/token", status_code=404)
        mocker.get(STATUSES, json={"items": []})
        yield mocker


@pytest.fixture
def merchant(runtime: Runtime) -> Merchant:
    """A merchant with an account."""
    return make_merchant()


@pytest.fixture
def store(runtime: Runtime, merchant: Merchant) -> Store:
    """The merchant's connected store, with an active grant."""
    store = make_store(merchant)
    make_grant(store, runtime.sealer)
    return store


@pytest.fixture(scope="module")
def open_office() -> Iterator[PostOffice]:
    """A mail server for all tests of a module."""
    with open_post_office() as opened:
        yield opened


@pytest.fixture
def office(open_office: PostOffice) -> PostOffice:
    """A mail server that has received nothing yet."""
    open_office.letters.clear()
    open_office.answers.clear()
    open_office.on_letter = bool
    return open_office
