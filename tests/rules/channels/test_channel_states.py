"""Changes of consents and channels that are possible in each status."""

from __future__ import annotations

import pytest

from portal.rules.channels.channel_states import (
    ChannelStatus,
    ConsentChange,
    ConsentStatus,
    can_become,
    consent_status_after,
)
from portal.rules.channels.consent_refusals import CONSENT_REFUSALS, ConsentRefusal

ACTIVE, PAUSED, REVOKED = ConsentStatus


@pytest.mark.parametrize(
    ("change", "after_active", "after_paused", "after_revoked"),
    [
        (ConsentChange.CONSENTED, ACTIVE, ACTIVE, ACTIVE),
        (ConsentChange.NARROWED, ACTIVE, PAUSED, None),
        (ConsentChange.PAUSED, PAUSED, None, None),
        (ConsentChange.RESUMED, None, ACTIVE, None),
        (ConsentChange.REVOKED, REVOKED, REVOKED, None),
    ],
)
def test_a_consent_that_was_ended_returns_only_by_a_new_one(
    change: ConsentChange,
    after_active: ConsentStatus | None,
    after_paused: ConsentStatus | None,
    after_revoked: ConsentStatus | None,
) -> None:
    results = [consent_status_after(change, status) for status in ConsentStatus]

    assert results == [after_active, after_paused, after_revoked]


def test_a_closed_channel_stays_closed() -> None:
    possible = {(a, b) for a in ChannelStatus for b in ChannelStatus if can_become(a, b)}

    assert possible == {
        (ChannelStatus.ACTIVE, ChannelStatus.PAUSED),
        (ChannelStatus.PAUSED, ChannelStatus.ACTIVE),
        (ChannelStatus.ACTIVE, ChannelStatus.CLOSED),
        (ChannelStatus.PAUSED, ChannelStatus.CLOSED),
    }


def test_every_refusal_has_a_text() -> None:
    assert set(CONSENT_REFUSALS) == set(ConsentRefusal)
