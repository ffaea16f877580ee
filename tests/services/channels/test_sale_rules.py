"""Rules of a channel are checked before they are stored."""

from __future__ import annotations

import pytest

from portal.errors import InvalidFieldError
from portal.models import Channel
from portal.rules.records.sellable import UNORDERABLE, UnsellableReason
from portal.services.channels.sale_rules import change_rules


@pytest.mark.parametrize("reason", sorted(UNORDERABLE))
def test_reason_for_which_orders_are_refused_cannot_be_ignored(
    channel: Channel, reason: UnsellableReason
) -> None:
    with pytest.raises(InvalidFieldError, match="is refused"):
        change_rules(channel, [reason], None)


def test_only_options_that_can_be_ordered_are_supported(channel: Channel) -> None:
    with pytest.raises(InvalidFieldError, match="HOLOGRAM"):
        change_rules(channel, [], ["HOLOGRAM"])

    changed = change_rules(channel, [UnsellableReason.NO_IMAGE], ["SELECT", "RADIO"])

    assert changed.sellable_policy.option_types == {"SELECT", "RADIO"}
    assert changed.sellable_policy.ignored == {UnsellableReason.NO_IMAGE}
