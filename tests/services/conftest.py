"""Give the services' tests a merchant, and an Ecwid that answers as it is told."""

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
WEBHOOKS = f"{API}/webhooks"


def during_call(act: Callable[[], object]) -> Callable[[object], bool]:
    """Return an additional matcher for an answer that comes only when ``act`` was done."""

    def match(request: object) -> bool:
        act()
        return True

    return match


@pytest.fixture
def settings(settings: Settings, database_url: str, request: pytest.FixtureRequest) -> Settings:
    """The settings of a portal, once on SQLite and once on PostgreSQL.

    Its Ecwid is the sandbox in tests that use it; in all others no address answers.
    """
    settings = replace(settings, database_url=database_url)
    if "sandbox" in request.fixturenames:
        return with_sandbox(settings, request.getfixturevalue("sandbox"))
    return settings


@pytest.fixture
def ecwid() -> Iterator[requests_mock.Mocker]:
    """An Ecwid where nothing answers yet; any call that was not foreseen fails.

    It doesn't tell apps what their tokens can do, as may well be with the real one.
    """
    with requests_mock.Mocker() as mocker:
        mocker.get(f"{API}/application/token", status_code=404)
        yield mocker


@pytest.fixture
def merchant(runtime: Runtime) -> Merchant:
    """A merchant with an account."""
    return make_merchant()


@pytest.fixture
def store(runtime: Runtime, merchant: Merchant) -> Store:
    """The merchant's connected store, with a grant in force."""
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
    """A mail server that has taken nothing yet."""
    open_office.letters.clear()
    open_office.answers.clear()
    return open_office
