"""Alert about passwords that are tried at many accounts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import Alert, Merchant, SecurityEvent, utc_now
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.rules.alerts.alert_kinds import PortalAlertKind
from portal.rules.alerts.password_spray import (
    ACCOUNTS,
    ACCOUNTS_OF_NETWORK,
    UNKNOWN_OF_NETWORK,
)
from portal.services.accounts.security_events import record_security_event
from portal.services.alerts.update_alerts import update_alerts
from portal.services.runtime import Runtime
from tests.factories import make_merchant


def refuse(runtime: Runtime, merchant: Merchant | None, ip_address: str, times: int = 1) -> None:
    """Refuse passwords from an address."""
    for _ in range(times):
        record_security_event(
            runtime,
            SecurityEventKind.PASSWORD_REFUSED,
            merchant_id=None if merchant is None else merchant.id,
            ip_address=ip_address,
        )


def alert(runtime: Runtime) -> Alert | None:
    """Return the open alert after another search."""
    runtime.security_events.flush()
    update_alerts(runtime)
    found: Alert | None = Alert.get_or_none(
        Alert.kind == PortalAlertKind.PASSWORD_SPRAY, Alert.resolved_at.is_null()
    )
    return found


@pytest.fixture
def merchants(runtime: Runtime) -> list[Merchant]:
    """As many accounts as an attack from many networks needs."""
    return [make_merchant(email=f"m{number}@example.com") for number in range(ACCOUNTS)]


def test_one_network_at_many_accounts_is_an_alert_until_an_hour_has_passed(
    runtime: Runtime, operator: Merchant, merchants: list[Merchant]
) -> None:
    for merchant in merchants[1:ACCOUNTS_OF_NETWORK]:
        refuse(runtime, merchant, "203.0.113.7", times=20)
    assert alert(runtime) is None

    refuse(runtime, merchants[0], "203.0.113.99")
    found = alert(runtime)

    assert found is not None
    assert (found.count, found.severity) == (ACCOUNTS_OF_NETWORK, "warning")
    past = utc_now() - timedelta(minutes=61)
    SecurityEvent.update(last_at=past).execute()
    assert alert(runtime) is None


def test_one_network_at_addresses_without_an_account_is_an_alert(
    runtime: Runtime, operator: Merchant
) -> None:
    refuse(runtime, None, "203.0.113.7", times=UNKNOWN_OF_NETWORK - 1)
    assert alert(runtime) is None

    refuse(runtime, None, "203.0.113.7")
    found = alert(runtime)

    assert found is not None
    assert found.count == 1


def test_many_networks_at_many_accounts_are_an_alert(
    runtime: Runtime, operator: Merchant, merchants: list[Merchant]
) -> None:
    for number, merchant in enumerate(merchants):
        refuse(runtime, merchant, f"10.0.{number}.1")
    found = alert(runtime)

    assert found is not None
    assert found.count == ACCOUNTS


def test_many_tries_at_one_account_are_none(runtime: Runtime, operator: Merchant) -> None:
    for number in range(40):
        refuse(runtime, operator, f"10.0.{number}.1", times=3)

    assert alert(runtime) is None
