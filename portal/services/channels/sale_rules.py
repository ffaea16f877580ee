"""Rules of a channel: reasons that prevent a sale, and types of options that it supports."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import structlog

from portal.errors import InvalidFieldError
from portal.models import (
    AuditLogEntry,
    Channel,
    ChannelConsent,
    ChannelSelection,
    Merchant,
    database,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.records.sellable import ORDERABLE_OPTIONS, UNORDERABLE, UnsellableReason
from portal.services.channels.manage_channels import lock_channel

log = structlog.get_logger(__name__)

IGNORABLE = tuple(reason for reason in UnsellableReason if reason not in UNORDERABLE)
OPTION_TYPES = tuple(sorted(ORDERABLE_OPTIONS))


def change_rules(
    channel: Channel,
    ignored: Collection[UnsellableReason],
    option_types: Collection[str] | None,
    actor: Merchant | None = None,
) -> Channel:
    """Set the reasons that don't prevent a sale, and the supported options; return the channel.

    ``option_types`` is None for all options that can be ordered. ``actor`` is None for a command.
    The daemon then finds out again which products can be sold. Raises InvalidFieldError for a
    reason that can't be ignored, because an order would be refused, and for unknown options.
    """
    needed = sorted(set(ignored).difference(IGNORABLE))
    if needed:
        problem = f"can't have {needed[0]}: an order of such a product is refused"
        raise InvalidFieldError("ignored_reasons", "invalid_choice", problem)
    unknown = sorted(set(option_types or ()).difference(OPTION_TYPES))
    if unknown:
        problem = f"can't have {unknown[0]}, but {', '.join(OPTION_TYPES)}"
        raise InvalidFieldError("option_types", "invalid_choice", problem)
    with database.atomic():
        held = lock_channel(channel.id)
        before = rule_facts(held)
        held.ignored_reasons = [reason.value for reason in IGNORABLE if reason in ignored]
        held.option_types = None if option_types is None else sorted(set(option_types))
        held.save(only=[Channel.ignored_reasons, Channel.option_types])
        of_channel = ChannelConsent.select(ChannelConsent.id).where(
            ChannelConsent.channel == channel.id
        )
        ChannelSelection.apply_again(ChannelSelection.consent.in_(of_channel))
        AuditLogEntry.record_request(
            None,
            AuditAction.CHANNEL_RULES_CHANGED,
            f"channel {channel.id}",
            actor=actor,
            before=before,
            after=rule_facts(held),
        )
    log.info("channel.rules_changed", channel=channel.id)
    return held


def rule_facts(channel: Channel) -> dict[str, Any]:
    """Return the rules as the audit log and the API have them."""
    return {
        "ignored_reasons": list(channel.ignored_reasons or ()),
        "option_types": list(
            OPTION_TYPES if channel.option_types is None else channel.option_types
        ),
    }
