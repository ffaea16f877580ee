"""gunicorn notifies systemd, because the unit of the portal has `Type=notify`."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from daemon.service_notices import ADDRESS, READY
from portal.config import Settings
from tests.deploy.files import UNITS, unit
from tests.web.server.conftest import serving

pytestmark = pytest.mark.unmeasured


def test_web_server_notifies_that_it_listens(
    server_settings: Settings, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = {path.stem: unit(path)["Service"]["Type"] for path in UNITS}
    address = short_folder / f"ready-{os.getpid()}"
    monkeypatch.setenv(ADDRESS, str(address))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as service_manager:
        service_manager.bind(str(address))
        service_manager.settimeout(10)

        with serving(server_settings, "--workers", "1"):
            notice = service_manager.recv(200)

    assert notice.splitlines()[0] == READY
    assert types["merchant-portal"] == types["merchant-portal-daemon"] == "notify"
