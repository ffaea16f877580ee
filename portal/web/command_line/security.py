"""Command about security events: ``flask --app wsgi security``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import click

from portal.models import utc_now
from portal.services.operator.security_report import security_report
from portal.web.command_line.groups import CommandGroup
from portal.web.command_line.output import json_option, print_json, print_rows

security = CommandGroup("security", help="Report what was refused, and changed credentials.")


@security.command("report")
@click.option(
    "--hours",
    default=24,
    show_default=True,
    type=click.IntRange(1, 24 * 90),
    help="Since the full hour that is so many hours ago.",
)
@json_option
def report(hours: int, *, as_json: bool) -> None:
    """Print the number of security events by kind, networks with most refused tries, webhooks.

    A monitoring program reads the JSON, which has every kind, also those without events.
    """
    found = security_report(utc_now(), timedelta(hours=hours))
    if as_json:
        print_json(asdict(found))
        return
    kinds = [asdict(row) for row in found.kinds if row.events]
    networks = [{"network": name, "refused": count} for name, count in found.networks.items()]
    reasons = found.rejected_webhooks.items()
    webhooks = [{"rejected_webhooks": reason, "number": count} for reason, count in reasons]
    columns = ("kind", "events", "accounts", "networks")
    print_rows(kinds, columns, as_json=False, nothing="no security events")
    if networks:
        print_rows(networks, ("network", "refused"), as_json=False, nothing="")
    if webhooks:
        print_rows(webhooks, ("rejected_webhooks", "number"), as_json=False, nothing="")
