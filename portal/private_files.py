"""Files that only the user of the portal's processes may read: new ones, old ones and keys.

The mode of new files comes from the umask. Older versions left it to the system, so what exists is
tightened at each start.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from portal.errors import SettingsError
from portal.sealing import new_key

PRIVATE_UMASK = 0o077
OTHERS, WORLD = 0o077, 0o007
ENV_FILE = Path(".env")
SECRET_KEY, ENCRYPTION_KEY = "secret_key", "encryption_key"
_GENERATORS: dict[str, Callable[[], str]] = {
    SECRET_KEY: lambda: secrets.token_urlsafe(48),
    ENCRYPTION_KEY: new_key,
}
# SQLite's files beside the database, and the lock of the web processes.
DATABASE_SUFFIXES = ("", "-wal", "-shm", "-journal", ".turn")
# A directory that nobody else may enter protects its files.
DATA_NAMES = (
    SECRET_KEY,
    ENCRYPTION_KEY,
    "valkey.sock",
    "appendonlydir",
    "daemon.lock",
    "mail",
    "exports",
)


def use_private_umask() -> None:
    """Let nobody else read the files that this process and its children create."""
    os.umask(PRIVATE_UMASK)


def tighten_files(data_dir: Path, database_file: Path | None, *, refuse_foreign: bool) -> None:
    """Take the rights of other users from the files that exist.

    With ``refuse_foreign`` raises SettingsError if a file belongs to another user, who could read
    and change it. The data directory itself is left as it is, because other programs may use it.
    """
    paths = [data_dir / name for name in DATA_NAMES]
    if database_file is not None:
        paths += [Path(f"{database_file}{suffix}") for suffix in DATABASE_SUFFIXES]
    foreign = [
        *(path for path in paths if not _is_tightened(path, OTHERS)),
        # Root may own it, and let the portal read it as a group.
        *(
            path
            for path in (ENV_FILE,)
            if not (_is_tightened(path, WORLD) or _is_kept_by_root(path, WORLD))
        ),
    ]
    if foreign and refuse_foreign:
        raise SettingsError(
            *(
                f"{path} belongs to another user: run the portal and its commands as that user, "
                f"or run `chown {os.geteuid()} {path}`"
                for path in foreign
            )
        )


def load_or_create_key(data_dir: Path, kind: str) -> str:
    """Return the key of a kind that is stored in ``data_dir``, created at the first call."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / kind
    temporary_path = data_dir / f".{kind}.{os.getpid()}"
    if not path.exists():
        temporary_path.touch(mode=0o600)
        temporary_path.write_text(_GENERATORS[kind]())
        try:
            # A link is created completely or not at all, so two processes that start at the same
            # time use the same key.
            os.link(temporary_path, path)
        except FileExistsError:
            pass
        finally:
            temporary_path.unlink()
    return path.read_text()


def _is_kept_by_root(path: Path, rights: int) -> bool:
    """Return whether a file that exists belongs to root and gives none of these rights."""
    try:
        status = path.stat()
    except PermissionError:
        return False
    return status.st_uid == 0 and not status.st_mode & rights


def _is_tightened(path: Path, rights: int) -> bool:
    """Take these rights from a file; return False if it isn't ours."""
    try:
        status = path.stat()
        if status.st_uid == os.geteuid() and status.st_mode & rights:
            path.chmod(stat.S_IMODE(status.st_mode) & ~rights)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except PermissionError:  # The directory is not ours.
        return False
    return status.st_uid == os.geteuid()
