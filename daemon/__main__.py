"""Entry point of the daemon: ``python -m daemon``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import cast

from peewee import Database
from playhouse.pool import PooledDatabase

from daemon.start import start
from daemon.supervisor import Supervisor, single_instance
from portal.config import Settings
from portal.errors import SettingsError
from portal.models import open_database
from portal.models.migrations import pending
from portal.sealing import Sealer
from portal.services.connection.reseal_secrets import can_open_any_token


def main() -> int:
    """Supervise until SIGTERM or SIGINT; return 0, or 2 if the settings are invalid."""
    return start("daemon", _supervise, check=_check_database)


def _check_database(settings: Settings) -> None:
    _refuse_old_schema(settings)
    _refuse_wrong_keys(settings)


def _supervise(settings: Settings) -> int:
    with nullcontext() if settings.redis_url else single_instance(settings.data_dir):
        Supervisor(settings).run()
    return 0


def _refuse_old_schema(settings: Settings) -> None:
    with _closed_again(settings) as database:
        missing = pending(database)
    if missing:
        raise SettingsError(f"the database lacks {', '.join(missing)}: run `make migrate` first")


def _refuse_wrong_keys(settings: Settings) -> None:
    """Refuse to start with the wrong keys, which would make every merchant reconnect."""
    with _closed_again(settings):
        if not can_open_any_token(Sealer(settings.encryption_keys)):
            raise SettingsError(
                "PORTAL_ENCRYPTION_KEYS opens none of the newest tokens: "
                "add the key that sealed them"
            )


@contextmanager
def _closed_again(settings: Settings) -> Iterator[Database]:
    """Connect to the database, and leave no connection that a forked process would inherit."""
    database = open_database(settings.database_url)
    try:
        with database.connection_context():
            yield database
    finally:
        cast("PooledDatabase", database).close_all()


if __name__ == "__main__":
    sys.exit(main())
