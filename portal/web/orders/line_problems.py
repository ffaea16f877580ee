"""Problems of the order form's lines, shown at the line that has to change."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from portal.rules.orders.quotes import Quote
from portal.web.labels import message_text
from portal.web.orders.order_form import OrderForm, OrderFormLine

PRODUCT_MISSING = "product_missing"


def line_problems(form: OrderForm, quote: Quote | None) -> list[list[str]]:
    """Return the texts for each line of the form.

    A line that the quote has shows its problems there, beside its price.
    """
    quoted = {line.position for line in quote.lines} if quote else set()
    return [
        list(_problems(n, line, None if n in quoted else quote))
        for n, line in enumerate(form.lines)
    ]


def _problems(n: int, line: OrderFormLine, quote: Quote | None) -> Iterator[str]:
    errors = [error for error in quote.validation_errors if error.line == n] if quote else []
    is_deleted = line.catalog_product is not None and line.catalog_product.is_deleted
    if is_deleted or any(error.code == PRODUCT_MISSING for error in errors):
        name = line.name or _("Product %(id)s", id=line.product_id)
        yield _("%(name)s is no longer in the store. Remove it.", name=name)
    for error in errors:
        if error.code != PRODUCT_MISSING:
            yield message_text(error)
