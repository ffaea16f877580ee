"""Check of the requested payment option: an unknown one would be quoted without a surcharge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.i18n import N_
from portal.rules.orders.quotes import ValidationMessage
from portal.services.orders.store_answers import AnswerKind, StoreAnswers

FIELD = "payment_option_id"


def payment_option_problems(
    client: EcwidClient, option_id: str | None, answers: StoreAnswers
) -> Iterator[ValidationMessage]:
    """Yield an error if the store doesn't offer the payment option; raise EcwidError.

    Nothing is read without an option. An option is refused only by what the store reports now.
    """
    if option_id is None:
        return
    kept = answers.find(AnswerKind.PAYMENT_OPTIONS)
    if kept is not None and option_id in _enabled(kept.value):
        return
    options = client.payment_options()
    answers.keep(AnswerKind.PAYMENT_OPTIONS, options)
    enabled = _enabled(options)
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


def _enabled(options: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Return the titles of the enabled payment options by id."""
    return {
        str(option.get("id")): str(option.get("checkoutTitle") or "")
        for option in options
        if option.get("enabled") is not False
    }
