"""Form of a channel's product selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import BooleanField, Field, RadioField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import Length, ValidationError

from portal.errors import InvalidFieldError
from portal.models import ChannelSelection
from portal.rules.channels.product_selection import ProductConditions, SelectionKind
from portal.services.channels.product_selections import CATEGORIES_LIMIT, SelectionChoice
from portal.web.page_form import PageForm
from portal.web.plain_text import plain_text
from portal.web.url_converters import key_in

MAX_TEXT = 200
KINDS: Mapping[SelectionKind, tuple[LazyString, LazyString]] = {
    SelectionKind.ALL: (_l("All products"), _l("The channel gets every product in the store.")),
    SelectionKind.CATEGORIES: (
        _l("By category"),
        _l("Products in the selected categories and their subcategories."),
    ),
    SelectionKind.RULE: (_l("By rule"), _l("Products that match all conditions you enter.")),
    SelectionKind.HAND_PICKED: (
        _l("Hand-picked"),
        _l("Only products that you pick in the product list."),
    ),
}
_PROBLEMS: Mapping[tuple[str, str], tuple[str, LazyString]] = {
    ("category_ids", "required"): ("category_ids", _l("Select at least one category.")),
    ("category_ids", "too_long"): ("category_ids", _l("Select up to 500 categories.")),
    ("", "required"): ("brand", _l("Enter at least one condition.")),
    ("price_to", "contradiction"): (
        "price_to",
        _l("Enter a price that isn't below the lowest price."),
    ),
    ("attribute", "required"): ("attribute", _l("Enter the attribute for this value.")),
    ("price_from", "out_of_range"): ("price_from", _l("Enter a lower price.")),
    ("price_to", "out_of_range"): ("price_to", _l("Enter a lower price.")),
}


def _text(label: LazyString) -> StringField:
    too_long = _l("Use up to %(max)d characters.")
    return StringField(label, [Length(max=MAX_TEXT, message=too_long)], filters=[plain_text])


class CatalogForm(PageForm):
    """Form with the kind of a selection, its categories and its conditions."""

    kind = RadioField(
        _l("Products for this channel"),
        choices=[SelectChoice(kind.value, "") for kind in SelectionKind],
    )
    category_ids = SelectMultipleField(_l("Categories"), coerce=str, validate_choice=False)
    more_category_ids = _text(_l("More categories"))
    brand = _text(_l("Brand"))
    price_from = _text(_l("Price from"))
    price_to = _text(_l("Price to"))
    sku_prefix = _text(_l("SKU starts with"))
    attribute = _text(_l("Attribute"))
    attribute_value = _text(_l("Attribute value"))
    in_stock = BooleanField(_l("Only products in stock"))

    def validate_price_from(self, field: Field) -> None:
        """Reject a text that isn't an amount."""
        _amount(field)

    def validate_price_to(self, field: Field) -> None:
        """Reject a text that isn't an amount."""
        _amount(field)

    def validate_more_category_ids(self, field: Field) -> None:
        """Reject texts that aren't IDs."""
        if any(key_in(text) is None for text in _split(field.data)):
            raise ValidationError(_l("Enter category IDs from Ecwid, separated by commas."))

    def chosen_categories(self) -> list[int]:
        """Return the checked categories, without impossible IDs, at most as many as count."""
        return _ids(self.category_ids.data or [])[:CATEGORIES_LIMIT]

    def choice(self) -> SelectionChoice | None:
        """Return the values of a form; None if they are invalid, with the reason at a field."""
        if not self.validate_on_submit():
            return None
        ids = _ids([*(self.category_ids.data or []), *_split(self.more_category_ids.data)])
        conditions = ProductConditions(
            self.brand.data,
            _amount(self.price_from),
            _amount(self.price_to),
            self.sku_prefix.data,
            self.attribute.data,
            self.attribute_value.data,
            bool(self.in_stock.data),
        )
        try:
            return SelectionChoice(
                SelectionKind(self.kind.data),
                ids,
                conditions,
            )
        except InvalidFieldError as error:
            name, problem = _PROBLEMS[error.field, error.code]
            field = self[name]
            field.errors = [*field.errors, problem]
            return None


def catalog_form(row: ChannelSelection | None) -> CatalogForm:
    """Return the form as submitted, or filled with the selection in force."""
    values: dict[str, Any] = {"kind": SelectionKind.ALL.value}
    if row is not None:
        ids = [str(category_id) for category_id in row.category_ids]
        values = {"kind": row.kind, "category_ids": ids, **row.conditions}
    return CatalogForm(data=values)


def _amount(field: Field) -> Decimal | None:
    text = (field.data or "").replace(",", ".")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise ValidationError(_l("Enter a price, such as 12.50.")) from error
    if not amount.is_finite() or amount < 0:
        raise ValidationError(_l("Enter a price, such as 12.50."))
    return amount


def _split(text: str | None) -> list[str]:
    return [part for part in (text or "").replace(",", " ").split() if part]


def _ids(texts: Iterable[str]) -> list[int]:
    return [number for text in texts if (number := key_in(text)) is not None]
