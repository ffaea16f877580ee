"""Read and keep what people have chosen about the mails that they get."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portal.models import Merchant, NotificationChoice
from portal.rules.notifications.notification_times import QuietHours, default_hours


def choice_of(merchant: Merchant) -> NotificationChoice:
    """Return what the merchant has chosen; an unsaved row of the defaults for who hasn't."""
    return choices_of([merchant])[merchant.id]


def choices_of(merchants: Iterable[Merchant]) -> dict[int, NotificationChoice]:
    """Return the choice of each of these people, by their id."""
    people = list(merchants)
    rows = NotificationChoice.select().where(NotificationChoice.merchant.in_(people))
    kept = {row.merchant_id: row for row in rows}
    return {person.id: kept.get(person.id) or _default(person) for person in people}


def quiet_hours(choice: NotificationChoice, store_zone: str) -> QuietHours | None:
    """Return the quiet hours of somebody who is told of a store in this time zone."""
    if choice.quiet_from is None or choice.quiet_until is None:
        return None
    return QuietHours(choice.quiet_from, choice.quiet_until, choice.timezone or store_zone)


def keep_choice(
    merchant: Merchant, *, hours: tuple[int, int] | None, timezone: str, muted: Sequence[str]
) -> None:
    """Keep what the merchant has chosen; mails that wait already follow it, too."""
    begins, ends = hours or (None, None)
    chosen = {"quiet_from": begins, "quiet_until": ends, "timezone": timezone, "muted": [*muted]}
    NotificationChoice.insert(merchant=merchant, **chosen).on_conflict(
        conflict_target=[NotificationChoice.merchant], update=chosen
    ).execute()


def _default(person: Merchant) -> NotificationChoice:
    begins, ends = default_hours(is_operator=person.is_operator) or (None, None)
    return NotificationChoice(merchant=person, quiet_from=begins, quiet_until=ends)
