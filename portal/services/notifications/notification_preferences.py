"""E-mail preferences of merchants and operators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portal.models import AuditLogEntry, Merchant, NotificationPreference, database
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.notifications.notification_times import QuietHours, default_quiet_hours


def preference_of(merchant: Merchant) -> NotificationPreference:
    """Return the merchant's preferences; an unsaved row of defaults if there are none."""
    return preferences_of([merchant])[merchant.id]


def preferences_of(merchants: Iterable[Merchant]) -> dict[int, NotificationPreference]:
    """Return the preferences of each of these people, by merchant id."""
    people = list(merchants)
    rows = NotificationPreference.select().where(NotificationPreference.merchant.in_(people))
    kept = {row.merchant_id: row for row in rows}
    for person in people:
        if person.id in kept:
            kept[person.id].merchant = person  # saves a query for their time zone
    return {person.id: kept.get(person.id) or _default(person) for person in people}


def quiet_hours(preference: NotificationPreference, store_zone: str) -> QuietHours | None:
    """Return the quiet hours of a recipient for e-mail about a store in this time zone."""
    if preference.quiet_from is None or preference.quiet_until is None:
        return None
    return QuietHours(
        preference.quiet_from, preference.quiet_until, preference.merchant.timezone or store_zone
    )


def save_preference(
    merchant: Merchant, *, hours: tuple[int, int] | None, muted: Sequence[str]
) -> None:
    """Store the merchant's preferences; they apply to waiting notifications, too."""
    start_hour, end_hour = hours or (None, None)
    chosen = {
        "quiet_from": start_hour,
        "quiet_until": end_hour,
        "muted": [*muted],
    }
    with database.atomic():
        NotificationPreference.insert(merchant=merchant, **chosen).on_conflict(
            conflict_target=[NotificationPreference.merchant], update=chosen
        ).execute()
        AuditLogEntry.record_request(
            None, AuditAction.NOTIFICATIONS_CHANGED, f"merchant {merchant.id}"
        )


def _default(person: Merchant) -> NotificationPreference:
    start_hour, end_hour = default_quiet_hours(is_operator=person.is_operator) or (None, None)
    return NotificationPreference(merchant=person, quiet_from=start_hour, quiet_until=end_hour)
