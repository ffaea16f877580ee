"""Language and time zone of a person."""

from __future__ import annotations

from portal.models import AuditLogEntry, Merchant, database
from portal.rules.accounts.audit_actions import AuditAction


def choose_language(merchant: Merchant, language: str) -> None:
    """Store the language of the person's pages and emails."""
    save_region(merchant, language=language, time_zone=merchant.timezone, current_language=language)


def save_region(
    merchant: Merchant, *, language: str, time_zone: str, current_language: str
) -> None:
    """Store language and time zone; an empty one means the browser's or the store's.

    ``current_language`` is that of this page: without a choice, emails are in it from now on.
    """
    values = {
        "chosen_locale": language,
        "timezone": time_zone,
        "locale": language or current_language,
    }
    if all(getattr(merchant, name) == value for name, value in values.items()):
        return
    with database.atomic():
        Merchant.update(values).where(Merchant.id == merchant.id).execute()
        AuditLogEntry.record_request(None, AuditAction.REGION_CHANGED, f"merchant {merchant.id}")
    for name, value in values.items():
        setattr(merchant, name, value)


def note_language(merchant: Merchant, language: str) -> None:
    """Write emails in the language of the page where the person signs in, without a choice."""
    if not merchant.chosen_locale and merchant.locale != language:
        Merchant.update(locale=language).where(Merchant.id == merchant.id).execute()
        merchant.locale = language
