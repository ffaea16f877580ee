"""Order request of a channel or a merchant, before any check at the store.

These structs are the only declaration of the request. The form and the API fill them, the OpenAPI
document is generated from them, and `portal.rules.orders.order_request_json` stores them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from portal.errors import InvalidFieldError
from portal.rules.orders.order_statuses import FulfillmentStatus, InitialPaymentStatus
from portal.rules.orders.request_checks import (
    EXTRA_FIELD_NAME_PATTERN,
    LANGUAGE_PATTERN,
    SINGLE_LINE_PATTERN,
    check_storable,
    check_two_lines,
    checked_email,
    checked_extra_fields,
    checked_ip_address,
    checked_language,
    checked_moment,
)
from portal.rules.orders.request_fields import (
    Amount,
    Email,
    Id,
    LongText,
    Moment,
    OptionText,
    Text,
    check_amount,
    clean_texts,
)

# Five calls to Ecwid, of 100 products each.
MAX_LINES = 500
MAX_QUANTITY = 1_000_000
COUNTRY_CODE_LENGTH = 2


class LineRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Line request: a product by id or SKU, and a variation by id, SKU or options."""

    quantity: Annotated[int, Meta(ge=1, le=MAX_QUANTITY)]
    product_id: Id | None = None
    variation_id: Id | None = None
    sku: Text | None = None
    options: Annotated[
        dict[str, OptionText | tuple[OptionText, ...]] | None,
        Meta(description="Chosen values by option name; a list where several can be chosen."),
    ] = None
    expected_price: (
        Annotated[
            Amount,
            Meta(description="The unit price that you showed; null if any price is accepted."),
        ]
        | None
    ) = None

    def __post_init__(self) -> None:
        clean_texts(self, empty=None)
        force_setattr(self, "options", self.options or None)
        check_amount(self.expected_price, "expected_price")
        for name, value in self.chosen_options.items():
            for text in (name, value) if isinstance(value, str) else (name, *value):
                check_storable(text, f"options.{name}")
        if self.product_id is None and self.sku is None:
            raise InvalidFieldError("product_id", "required", "or sku is required")

    @property
    def chosen_options(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the options by name, empty if none was given."""
        return self.options or {}


class Person(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name, address and phone number of the recipient or the payer.

    Goods that are delivered need the recipient's name, street and country, and the city, postal
    code and state where the country's post needs them.
    """

    name: Text = ""
    company: Text = ""
    street: Text = ""
    city: Text = ""
    postal_code: Text = ""
    country_code: Annotated[
        Text, Meta(description="Two letters by ISO 3166-1, such as `DE`. Required for a delivery.")
    ] = ""
    state_code: Annotated[
        Text,
        Meta(
            description="Code of the state or province by ISO 3166-2 without the country, such as "
            "`CA`. Required for a delivery to a country whose post needs it."
        ),
    ] = ""
    phone: Text = ""
    street_2: Annotated[
        Text,
        Meta(
            description="The second line of the address.",
            extra_json_schema={"pattern": SINGLE_LINE_PATTERN},
        ),
    ] = ""

    def __post_init__(self) -> None:
        clean_texts(self, empty="")
        if len(self.country_code) == COUNTRY_CODE_LENGTH:
            force_setattr(self, "country_code", self.country_code.upper())
        check_two_lines(self.street, self.street_2)


class OrderRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Order to quote or to submit."""

    lines: Annotated[tuple[LineRequest, ...], Meta(min_length=1, max_length=MAX_LINES)]
    email: Email | None = None
    shipping_person: Person | None = None
    billing_person: Person | None = None
    shipping_method: (
        Annotated[Text, Meta(description="The id or the name of an option of the quote.")] | None
    ) = None
    coupon_code: Text | None = None
    expected_total: Amount | None = None
    price_tolerance: (
        Annotated[
            Amount,
            Meta(description="How far prices may differ from the expected ones, in total."),
        ]
        | None
    ) = None
    payment_status: InitialPaymentStatus = "AWAITING_PAYMENT"
    fulfillment_status: FulfillmentStatus = "AWAITING_PROCESSING"
    payment_method: Text | None = None
    comment: Annotated[LongText, Meta(description="The customer's comment.")] | None = None
    private_notes: LongText | None = None
    channel_reference: (
        Annotated[
            Text,
            Meta(
                description="Your own number of the order. Ecwid then shows the order as fulfilled "
                "by your system."
            ),
        ]
        | None
    ) = None
    notify_customer: bool = False
    accept_marketing: (
        Annotated[
            bool,
            Meta(
                description="Whether the customer has agreed to marketing emails. Without `true` "
                "the order says that they haven't."
            ),
        ]
        | None
    ) = None
    customer_tax_id: Annotated[Text, Meta(description="Such as a VAT number.")] | None = None
    ip_address: (
        Annotated[
            Text,
            Meta(
                description="The customer's address.",
                extra_json_schema={"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]},
            ),
        ]
        | None
    ) = None
    language: (
        Annotated[
            Text,
            Meta(
                description="The customer's language, such as `en`.",
                extra_json_schema={"pattern": f"^({LANGUAGE_PATTERN})?$"},
            ),
        ]
        | None
    ) = None
    created_at: (
        Annotated[Moment, Meta(description="When the customer ordered, to import an order.")] | None
    ) = None
    pickup_time: Moment | None = None
    payment_option_id: (
        Annotated[
            Text,
            Meta(
                description="The id of one of the store's payment options; its surcharge is part "
                "of the total."
            ),
        ]
        | None
    ) = None
    payment_transaction_id: (
        Annotated[Text, Meta(description="The payment's number at its processor.")] | None
    ) = None
    extra_fields: (
        Annotated[
            dict[str, OptionText],
            Meta(
                description="Fields of your own by name, together up to 8,000 bytes.",
                extra_json_schema={"propertyNames": {"pattern": EXTRA_FIELD_NAME_PATTERN}},
            ),
        ]
        | None
    ) = None

    def __post_init__(self) -> None:
        force_setattr(self, "email", checked_email(self.email))
        clean_texts(self, empty=None)
        check_amount(self.expected_total, "expected_total")
        check_amount(self.price_tolerance, "price_tolerance")
        force_setattr(self, "price_tolerance", self.price_tolerance or None)
        # Optional fields that aren't set leave no trace, so a document from before them is equal.
        force_setattr(self, "accept_marketing", self.accept_marketing or None)
        force_setattr(self, "ip_address", checked_ip_address(self.ip_address))
        force_setattr(self, "language", checked_language(self.language))
        for name in ("created_at", "pickup_time"):
            force_setattr(self, name, checked_moment(getattr(self, name), name))
        force_setattr(self, "extra_fields", checked_extra_fields(self.extra_fields))
