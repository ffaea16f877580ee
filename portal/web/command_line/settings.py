"""Command that checks the settings without starting anything: ``flask --app wsgi settings``."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext

from portal.web.runtime import current_runtime

settings = AppGroup("settings", help="Check the settings.")


@settings.command("check")
@with_appcontext
def check() -> None:
    """Print all problems of the settings and of the files in the data directory.

    Each problem names the setting and the fix, and never a secret. Nothing is started, and no
    database or server is opened. Exits with code 1 if there is a problem, because then the portal
    and the daemon don't start. PORTAL_ENV=production has stricter rules than development.
    """
    # The app of this command has been made from the settings. If they are invalid, every command
    # prints the problems and ends there.
    click.echo(f"The settings are valid for {current_runtime().settings.env}.")
