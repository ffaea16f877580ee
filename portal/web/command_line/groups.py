"""Groups of commands: each command has an open database, and errors have exit codes for scripts.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part. Errors go to stderr.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

import click
from flask.cli import AppGroup
from peewee import InterfaceError, OperationalError

from portal.errors import ConsentRefusedError, PortalError, RunRefusedError, UserRefusedError
from portal.models import COMMAND_ACTOR, Actor, acting_as
from portal.rules.accounts.user_refusals import USER_REFUSALS
from portal.rules.channels.consent_refusals import CONSENT_REFUSALS
from portal.rules.sync.run_refusals import RUN_REFUSAL_TEXTS
from portal.web.runtime import current_runtime

FAILED, WRONG_USAGE, PARTLY_DONE = 1, 2, 3

Item = TypeVar("Item")
Callback = Callable[..., Any]


class PartlyDoneError(click.ClickException):
    """Some of the things that a command was asked to do failed."""

    exit_code = PARTLY_DONE


class CommandGroup(AppGroup):
    """Group whose commands run with an open database."""

    def command(  # type: ignore[override]  # always called with a name
        self, *args: Any, **kwargs: Any
    ) -> Callable[[Callback], click.Command]:
        """Return a decorator that makes a function a command of this group."""
        decorate = super().command(*args, **kwargs)
        return lambda function: decorate(with_database(function))


def with_database(function: Callback) -> Callback:
    """Run ``function`` with an open database, as the command line in the audit log.

    An error becomes a message and exit code 1.
    """

    @wraps(function)
    def opened(*args: Any, **kwargs: Any) -> Any:
        try:
            with (
                current_runtime().database.connection_context(),
                acting_as(Actor(name=COMMAND_ACTOR)),
            ):
                return function(*args, **kwargs)
        except (PortalError, OperationalError, InterfaceError) as error:
            raise click.ClickException(error_text(error)) from error

    return opened


def error_text(error: Exception) -> str:
    """Return the message of an error for the person who runs the command."""
    if isinstance(error, click.ClickException):
        return error.message
    if isinstance(error, RunRefusedError):
        return RUN_REFUSAL_TEXTS[error.reason]
    if isinstance(error, ConsentRefusedError):
        return CONSENT_REFUSALS[error.reason]
    if isinstance(error, UserRefusedError):
        return USER_REFUSALS[error.reason]
    if isinstance(error, PortalError):
        return str(error)
    return f"the database can't be used: {str(error).splitlines()[0]}"


def for_each(
    items: Iterable[Item], name: Callable[[Item], str], act: Callable[[Item], str]
) -> None:
    """Do ``act`` for each item and print the text that it returns; go on after an error.

    Errors are printed to stderr with the item's ``name``. At the end the command fails, or is done
    in part if any item succeeded.
    """
    done = failed = 0
    for item in items:
        try:
            click.echo(f"{name(item)}: {act(item)}")
            done += 1
        except (PortalError, click.ClickException) as error:
            text = error_text(error)
            click.echo(f"{name(item)}: {text}", err=True)
            failed += 1
    if failed:
        kind = PartlyDoneError if done else click.ClickException
        raise kind(f"{failed} of {done + failed} failed")
