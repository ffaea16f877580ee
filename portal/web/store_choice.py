"""Form field that chooses all stores of the signed-in merchant or one of them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField
from wtforms.validators import ValidationError

from portal.models import Membership, Merchant, Store
from portal.web.url_converters import key_in

ALL_STORES = "all"
# A list of more stores is too long to choose from and to send; the store's ID is typed instead.
CHOICES_SHOWN = 100


class StoreField(SelectField):
    """Choice of `ALL_STORES` or the ID of one store; the form calls `offer` before it is used."""

    is_typed = False
    chosen: Store | None = None

    def __init__(self, *options: Any, **named: Any) -> None:
        super().__init__(*options, choices=[], validate_choice=False, default=ALL_STORES, **named)

    def offer(self, merchant: Merchant) -> None:
        """Set the choices to the merchant's stores."""
        self._merchant = merchant
        stores = list(Membership.stores_of(merchant).limit(CHOICES_SHOWN + 1))
        self.is_typed = len(stores) > CHOICES_SHOWN
        each = [SelectChoice(str(store.id), store.name) for store in stores]
        self.choices = [SelectChoice(ALL_STORES, _("All my current stores")), *each]

    def pre_validate(self, form: FlaskForm) -> None:  # noqa: ARG002 - WTForms' signature
        """Set ``chosen``, None for all stores; reject a store that the merchant doesn't have."""
        # Only what was sent: a missing field must not mean all stores.
        text = self.raw_data[0].strip() if self.raw_data else ""
        if text == ALL_STORES:
            return
        store_id = key_in(text)
        if store_id is not None:
            self.chosen = Membership.store_of(self._merchant, store_id)
        if self.chosen is not None:
            return
        if self.is_typed:
            raise ValidationError(_("Enter “all” or the ID of one of your stores."))
        raise ValidationError(_("Not a valid choice."))
