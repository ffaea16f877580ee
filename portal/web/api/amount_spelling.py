"""One spelling of amounts in responses that are structs, such as quotes."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Annotated, Any, TypeVar, get_args

from msgspec import Meta, Struct
from msgspec.structs import fields

from portal.rules.orders.pricing import Currency

Response = TypeVar("Response", bound=Struct)
# Type of the fields that are no amounts of money.
Percent = Annotated[Decimal, Meta(extra={"unit": "percent"})]


def with_spelled_amounts(response: Response, currency: Currency) -> Response:
    """Give all amounts of a response the decimals of its currency, in place; return the response.

    Every Decimal is an amount unless its type is `Percent`.
    """
    for name in type(response).__struct_fields__:
        if name not in _percentages(type(response)):
            setattr(response, name, _spelled(getattr(response, name), currency))
    return response


def _spelled(value: Any, currency: Currency) -> Any:
    if isinstance(value, Decimal):
        return currency.spelled(value)
    if isinstance(value, list):
        return [_spelled(each, currency) for each in value]
    return with_spelled_amounts(value, currency) if isinstance(value, Struct) else value


@cache
def _percentages(struct: type[Struct]) -> frozenset[str]:
    return frozenset(
        field.name
        for field in fields(struct)
        if any(isinstance(part, Meta) and part.extra for part in get_args(field.type))
    )
