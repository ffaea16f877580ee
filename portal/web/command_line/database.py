"""Command that brings the database to the newest schema: ``flask --app wsgi migrate``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from portal.models.migrations import migrate
from portal.services.accounts.first_operator import make_first_operator
from portal.web.command_line.groups import with_database
from portal.web.runtime import current_runtime


@click.command("migrate")
@with_appcontext
def migrate_database() -> None:
    """Apply all pending database migrations, and make the operator of FIRST_OPERATOR_EMAIL."""
    done = migrate(current_runtime().database)
    click.echo("\n".join(done) if done else "nothing to do: the schema is the newest")
    _make_operator()


@with_database
def _make_operator() -> None:
    operator = make_first_operator(current_runtime())
    if operator is not None:
        click.echo(f"{operator.email} is the first operator: an email says how to sign in")
