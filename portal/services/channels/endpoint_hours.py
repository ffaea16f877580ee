"""Say by which clock a merchant is told of an endpoint, and when not."""

from __future__ import annotations

from portal.models import ChannelEndpoint, Store
from portal.rules.notice_times import QuietHours
from portal.services.notifications.notification_choices import choice_of, quiet_hours


def zone_of(endpoint: ChannelEndpoint) -> str:
    """Return the zone that the merchant chose, else that of the endpoint's one store, else none."""
    chosen: str = choice_of(endpoint.merchant).timezone
    return chosen or _zone_of_store(endpoint)


def quiet_hours_of(endpoint: ChannelEndpoint) -> QuietHours | None:
    """Return when the merchant isn't to be mailed about the endpoint; None for at any hour."""
    return quiet_hours(choice_of(endpoint.merchant), _zone_of_store(endpoint))


def _zone_of_store(endpoint: ChannelEndpoint) -> str:
    zone: str = "" if endpoint.store_id is None else Store.get_by_id(endpoint.store_id).timezone
    return zone
