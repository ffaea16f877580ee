"""Commands that manage accounts and operators: ``flask --app wsgi users``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from portal.models import Membership, Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.accounts.account_access import (
    end_sessions,
    lock_account,
    reset_factor,
    reset_sign_in_limit,
    unlock_account,
)
from portal.services.accounts.add_account import add_account
from portal.services.accounts.list_users import (
    UserFilter,
    UserKind,
    UserRow,
    UserState,
    list_users,
    with_facts,
)
from portal.services.accounts.operators import default_role, set_operator_role
from portal.web.command_line.groups import CommandGroup
from portal.web.command_line.output import (
    json_option,
    limit_option,
    print_facts,
    print_remainder,
    print_rows,
    read_pages,
)
from portal.web.runtime import current_runtime

users = CommandGroup("users", help="Manage accounts and operators.")

COLUMNS = ("email", "role", "locked", "second_factor", "stores", "last_seen_at")
_email = click.argument("email")
_force = click.option("--force", is_flag=True, help="Do it even to the last admin.")


@users.command("list")
@click.option("--email", default="", help="A part of the address.")
@click.option("--role", type=click.Choice(list(map(str, UserKind))), help="Accounts of a kind.")
@click.option("--state", type=click.Choice(list(map(str, UserState))), help="Accounts in a state.")
@limit_option
@json_option
def list_all(email: str, role: str | None, state: str | None, limit: int, *, as_json: bool) -> None:
    """Print accounts, newest first."""
    wanted = UserFilter(email.lower(), role or "", state or "")
    rows, has_more = read_pages(lambda after: list_users(wanted, after=after), limit)
    print_rows(map(_facts, rows), COLUMNS, as_json=as_json, nothing="no account matches")
    print_remainder(has_more=has_more)


@users.command("show")
@_email
@json_option
def show(email: str, *, as_json: bool) -> None:
    """Print what is known about the account of EMAIL."""
    merchant = find_user(email)
    [row] = with_facts([merchant])
    stores = [store.id for store in Membership.stores_of(merchant)]
    print_facts({**_facts(row), "stores": stores}, as_json=as_json)


@users.command("add")
@_email
def add(email: str) -> None:
    """Create an account for EMAIL and print its first password."""
    try:
        added = add_account(current_runtime(), email)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if added is None:
        raise click.ClickException(f"{email} has an account already")
    merchant, password = added
    click.echo(f"{merchant.email} signs in with the password {password}")


@users.command("make-operator")
@_email
@click.option(
    "--role",
    type=click.Choice([str(role) for role in OperatorRole]),
    help="Default: admin for the first operator, then support.",
)
def make_operator(email: str, role: str | None) -> None:
    """Make the account of EMAIL an operator, or change its role."""
    wanted = default_role() if role is None else OperatorRole(role)
    merchant = find_user(email)
    changed = set_operator_role(current_runtime(), merchant, wanted)
    click.echo(f"{merchant.email} has the role {wanted} {'now' if changed else 'already'}")


@users.command("remove-operator")
@_email
@_force
def remove_operator(email: str, *, force: bool) -> None:
    """Take the role of an operator from the account of EMAIL; the account remains."""
    merchant = find_user(email)
    changed = set_operator_role(current_runtime(), merchant, None, force=force)
    click.echo(f"{merchant.email} is {'no longer' if changed else 'not'} an operator")


@users.command("lock")
@_email
@_force
def lock(email: str, *, force: bool) -> None:
    """Lock the account of EMAIL: no sign-in, no sessions, no API keys."""
    merchant = find_user(email)
    changed = lock_account(current_runtime(), merchant, force=force)
    click.echo(f"{merchant.email} is {'locked' if changed else 'locked already'}")


@users.command("unlock")
@_email
def unlock(email: str) -> None:
    """Unlock the account of EMAIL."""
    merchant = find_user(email)
    changed = unlock_account(current_runtime(), merchant)
    click.echo(f"{merchant.email} is {'unlocked' if changed else 'not locked'}")


@users.command("end-sessions")
@_email
def end_all_sessions(email: str) -> None:
    """Sign EMAIL out of all browsers."""
    merchant = find_user(email)
    click.echo(f"{merchant.email}: {end_sessions(current_runtime(), merchant)} sessions ended")


@users.command("reset-factor")
@_email
def reset_second_factor(email: str) -> None:
    """Turn off the second factor of EMAIL, who lost app and recovery codes; remove passkeys."""
    dropped = reset_factor(current_runtime(), find_user(email))
    click.echo("the second factor is off" if dropped else "there was no second factor")


@users.command("reset-sign-in-limit")
@_email
def reset_limit(email: str) -> None:
    """Let EMAIL sign in without a wait after wrong passwords or codes."""
    merchant = find_user(email)
    changed = reset_sign_in_limit(current_runtime(), merchant)
    done = "can sign in without a wait" if changed else "had no wrong passwords lately"
    click.echo(f"{merchant.email} {done}")


def find_user(email: str) -> Merchant:
    """Return the account of an address; fail if there is none."""
    merchant = Merchant.with_email(email)
    if merchant is None:
        raise click.ClickException(f"{email} has no account; `users add {email}` creates one")
    return merchant


def _facts(row: UserRow) -> Mapping[str, Any]:
    merchant = row.merchant
    return {
        "id": merchant.id,
        "email": merchant.email,
        "role": merchant.operator_role or "merchant",
        "locked": merchant.is_locked,
        "locked_at": merchant.locked_at,
        "second_factor": row.has_factor,
        "stores": row.stores,
        "sessions": row.sessions,
        "last_seen_at": row.last_seen_at,
        "email_confirmed_at": merchant.verified_at,
        "created_at": merchant.created_at,
    }
