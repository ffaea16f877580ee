"""Run one sandbox for each test module, with every switch back in place after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from portal.sandbox.config import SWITCHES, SandboxConfig
from portal.sandbox.server import SandboxServer
from tests.sandbox.outside import CALLBACK, CLIENT, SCOPES, Outside

Turn = Callable[..., None]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> SandboxConfig:
    """The registered app of the tests, on a fresh state."""
    return SandboxConfig(
        state=tmp_path_factory.mktemp("sandbox") / "state.db",
        redirect_uri=CALLBACK,
        scopes=SCOPES,
        **CLIENT,
    )


@pytest.fixture(scope="module")
def outside(config: SandboxConfig) -> Iterator[Outside]:
    """A running sandbox, seen from outside."""
    with SandboxServer(config) as server, Outside(server) as caller:
        yield caller


@pytest.fixture
def turn(outside: Outside) -> Iterator[Turn]:
    """Turn switches by name; they are turned back afterwards."""

    def turn(**values: str) -> None:
        assert outside.control("PUT", "/switches", values).status_code == 200

    yield turn
    turn(**{name: default for name, (default, _) in SWITCHES.items()})


@pytest.fixture
def store_id(outside: Outside) -> int:
    """A store without products, where the app is installed."""
    store_id = outside.make_store()
    outside.connect(store_id)
    return store_id
