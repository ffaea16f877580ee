"""Mailer whose process is killed, for tests of emails that were sent but not recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from portal.mail import MailConnection, Mailer


class Killed(BaseException):
    """Simulates `kill -9`."""


class DyingMailer(Mailer):
    """Mailer whose process dies right after sending."""

    @contextmanager
    def connect(self) -> Iterator[MailConnection]:
        with super().connect() as connection:

            def send_message(message: object) -> None:
                connection.send_message(message)
                raise Killed

            yield replace(connection, send_message=send_message)
