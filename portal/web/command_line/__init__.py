"""Commands of ``flask --app wsgi``; docs/commands.md is generated from them."""

from __future__ import annotations

import click
from flask import Flask

from portal.web.command_line.api_keys import keys
from portal.web.command_line.audit_log import audit
from portal.web.command_line.channels import channels
from portal.web.command_line.connect_links import connect_link
from portal.web.command_line.database import migrate_database
from portal.web.command_line.encryption_keys import encryption_keys
from portal.web.command_line.events import events
from portal.web.command_line.queues import queues
from portal.web.command_line.retention import retention
from portal.web.command_line.security import security
from portal.web.command_line.sessions import sessions
from portal.web.command_line.settings import settings
from portal.web.command_line.stores import stores
from portal.web.command_line.sync import sync
from portal.web.command_line.users import users

COMMANDS: tuple[click.Command, ...] = (
    migrate_database,
    users,
    sessions,
    stores,
    connect_link,
    channels,
    keys,
    audit,
    sync,
    events,
    queues,
    retention,
    security,
    encryption_keys,
    settings,
)


def add_commands(app: Flask) -> None:
    """Register the commands with the ``flask`` command line."""
    for command in COMMANDS:
        app.cli.add_command(command)
