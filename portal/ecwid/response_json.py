"""Decoding of responses with exact numbers; an unreadable value spoils only its own record."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

import simplejson

from portal.ecwid.errors import CallFacts, EcwidUnreadableError
from portal.ecwid.strict_json import decode_strictly


def decode_response(body: bytes, facts: CallFacts) -> Any:
    """Return a response's JSON with Decimals; raise EcwidUnreadableError if it isn't JSON."""
    with suppress(ValueError, ArithmeticError, RecursionError):
        return decode_strictly(body)
    try:
        return simplejson.loads(
            body, parse_int=_whole, parse_float=_fraction, parse_constant=_as_text
        )
    except (ValueError, RecursionError) as error:
        raise EcwidUnreadableError(facts, "the answer is not JSON") from error


# A value that Python can't read as a number stays a text, which number fields reject. So NaN, or a
# number of five thousand digits, spoils only its own record and not the whole page.
def _whole(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


def _fraction(digits: str) -> Decimal | str:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return digits


def _as_text(constant: str) -> str:
    return constant
