"""Operator commands of ``flask --app wsgi``."""

from __future__ import annotations

import secrets

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from peewee import IntegrityError

from portal.errors import SettingsError
from portal.models import Merchant
from portal.models.migrations import migrate
from portal.services.accounts.first_operator import make_first_operator
from portal.services.accounts.passwords import hash_password
from portal.services.accounts.second_factor import drop_factor
from portal.services.accounts.sign_up import parse_email
from portal.web.encryption_key_commands import keys
from portal.web.events.commands import events
from portal.web.runtime import current_runtime
from portal.web.sync.commands import sync

merchants = AppGroup("merchants", help="Manage merchant accounts.")


def add_commands(app: Flask) -> None:
    """Register the commands with the ``flask`` command line."""
    app.cli.add_command(migrate_database)
    app.cli.add_command(merchants)
    app.cli.add_command(sync)
    app.cli.add_command(events)
    app.cli.add_command(keys)


@click.command("migrate")
@with_appcontext
def migrate_database() -> None:
    """Apply all pending database migrations, and make the operator of FIRST_OPERATOR_EMAIL."""
    runtime = current_runtime()
    done = migrate(runtime.database)
    click.echo("\n".join(done) if done else "nothing to do: the schema is the newest")
    with runtime.database.connection_context():
        try:
            operator = make_first_operator(runtime)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
    if operator is not None:
        click.echo(f"{operator.email} is the first operator: an email says how to sign in")


@merchants.command("add")
@click.argument("email")
def add_merchant(email: str) -> None:
    """Create an account for EMAIL and print its initial password."""
    password = secrets.token_urlsafe(15)
    with current_runtime().database.connection_context():
        try:
            merchant = Merchant.create(
                email=parse_email(email), password_hash=hash_password(password)
            )
        except ValueError as error:
            raise click.ClickException(str(error)) from error
        except IntegrityError as error:
            raise click.ClickException(f"{email} has an account already") from error
    click.echo(f"{merchant.email} signs in with the password {password}")


@merchants.command("disable-second-factor")
@click.argument("email")
def disable_second_factor(email: str) -> None:
    """Turn off the second factor of EMAIL, whose owner has lost the app and the recovery codes."""
    with current_runtime().database.connection_context():
        merchant = Merchant.with_email(email)
        if merchant is None:
            raise click.ClickException(f"{email} has no account")
        dropped = drop_factor(merchant)
        click.echo("the second factor is off" if dropped else "there was no second factor")
