"""One running sandbox per test module; each test starts with default switches."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from portal.sandbox.config import SWITCHES, SandboxConfig
from portal.sandbox.server import SandboxServer
from tests.sandbox.client import CALLBACK, CLIENT, SCOPES, SandboxClient

SetSwitches = Callable[..., None]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> SandboxConfig:
    """Configuration with the tests' app and an empty state file."""
    return SandboxConfig(
        state=tmp_path_factory.mktemp("sandbox") / "state.db",
        redirect_uri=CALLBACK,
        scopes=SCOPES,
        **CLIENT,
    )


@pytest.fixture(scope="module")
def sandbox(config: SandboxConfig) -> Iterator[SandboxClient]:
    """Client of a running sandbox."""
    with SandboxServer(config) as server, SandboxClient(server) as client:
        yield client


@pytest.fixture
def set_switches(sandbox: SandboxClient) -> Iterator[SetSwitches]:
    """Function that sets switches by name; the fixture restores the defaults afterwards."""

    def set_switches(**values: str) -> None:
        assert sandbox.admin("PUT", "/switches", values).status_code == 200

    yield set_switches
    set_switches(**{name: default for name, (default, _) in SWITCHES.items()})


@pytest.fixture
def store_id(sandbox: SandboxClient) -> int:
    """Id of a store without products, with the app installed."""
    store_id = sandbox.make_store()
    sandbox.connect(store_id)
    return store_id
