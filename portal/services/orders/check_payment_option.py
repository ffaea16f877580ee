"""Check of the requested payment option: an unknown one would be quoted without a surcharge."""

from __future__ import annotations

from collections.abc import Iterator

from portal.ecwid.client import EcwidClient
from portal.i18n import N_
from portal.rules.orders.quotes import ValidationMessage

FIELD = "payment_option_id"


def payment_option_problems(
    client: EcwidClient, option_id: str | None
) -> Iterator[ValidationMessage]:
    """Yield an error if the store doesn't offer the payment option; raise EcwidError.

    Nothing is read without an option.
    """
    if option_id is None:
        return
    options = client.payment_options()
    enabled = {
        str(option.get("id")): str(option.get("checkoutTitle") or "")
        for option in options
        if option.get("enabled") is not False
    }
    if option_id in enabled:
        return
    shown = ", ".join(f"{title} ({id_})" for id_, title in enabled.items())
    values = {"option": option_id, "options": shown or "–"}
    if any(str(option.get("id")) == option_id for option in options):
        text = N_("The store has disabled the payment option %(option)s. It offers: %(options)s")
        yield ValidationMessage("payment_option_disabled", text, values, field=FIELD)
    else:
        text = N_("The store has no payment option %(option)s. It offers: %(options)s")
        yield ValidationMessage("payment_option_unknown", text, values, field=FIELD)
