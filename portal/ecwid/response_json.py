"""Decode the JSON of an answer: strictly while it is sound, patiently where a value is odd."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

import simplejson

from portal.ecwid.errors import CallFacts, EcwidUnreadableError
from portal.ecwid.strict_json import decode_strictly


def decode_response(body: bytes, facts: CallFacts) -> Any:
    """Return an answer's JSON with Decimals; raise EcwidUnreadableError if it is none."""
    with suppress(ValueError, ArithmeticError, RecursionError):
        return decode_strictly(body)
    try:
        return simplejson.loads(
            body, parse_int=_integer, parse_float=_fraction, parse_constant=_as_text
        )
    except (ValueError, RecursionError) as error:
        raise EcwidUnreadableError(facts, "the answer is not JSON") from error


# What is no number here stays a text, which no field for numbers takes: so NaN, or a number of
# five thousand digits, costs its own record and not the whole page.
def _integer(digits: str) -> int | str:
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
