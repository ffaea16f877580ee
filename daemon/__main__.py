"""Entry point of the daemon: ``python -m daemon``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import cast

import structlog
from peewee import Database
from playhouse.pool import PooledDatabase

from daemon.supervisor import Supervisor, single_instance
from portal.config import Settings
from portal.errors import SettingsError
from portal.logs import configure_logging
from portal.models import open_database
from portal.models.migrations import pending
from portal.process import request_stop
from portal.sealing import Sealer
from portal.services.connection.reseal_secrets import can_open_any_token

log = structlog.get_logger(__name__)

WRONG_SETTINGS = 2


def main() -> int:
    """Supervise until SIGTERM or SIGINT; return 0, or 2 if the settings are invalid."""
    configure_logging(as_json=False, process="daemon")
    try:
        settings = Settings.from_env()
        configure_logging(as_json=settings.is_production, process="daemon")
        _refuse_old_schema(settings)
        _refuse_wrong_keys(settings)
        signal.signal(signal.SIGTERM, lambda *_: request_stop())
        signal.signal(signal.SIGINT, lambda *_: request_stop())
        with nullcontext() if settings.redis_url else single_instance(settings.data_dir):
            Supervisor(settings).run()
    except SettingsError as error:
        log.error("daemon.refused", problem=str(error))
        return WRONG_SETTINGS
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
