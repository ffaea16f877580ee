"""Commands that end sign-in sessions: ``flask --app wsgi sessions``."""

from __future__ import annotations

import click

from portal.services.accounts.account_access import end_everybodys_sessions, end_sessions
from portal.web.command_line.groups import CommandGroup
from portal.web.command_line.users import find_user
from portal.web.runtime import current_runtime

sessions = CommandGroup("sessions", help="End sign-in sessions.")


@sessions.command("end-all")
@click.option("--email", help="Only those of the account with this address.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def end_all(email: str | None, *, yes: bool) -> None:
    """Sign everybody out of all browsers, or one account with --email.

    People sign in again with their passwords. API keys stay valid: see `keys revoke-all`.
    """
    if email is not None:
        merchant = find_user(email)
        click.echo(f"{end_sessions(current_runtime(), merchant)} sessions ended")
        return
    if not yes:
        click.confirm("Sign everybody out, yourself included?", abort=True)
    click.echo(f"{end_everybodys_sessions()} sessions ended")
