"""Extra fields of orders: a map of texts, and a list that also has titles and types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import (
    NotFoundError,
    WrongParameterError,
    check_types,
    is_boolean,
    is_string,
    is_text,
    list_in,
    object_in,
    require_object,
)

INPUT_TYPES = (
    "TEXT",
    "TEXTAREA",
    "SELECT",
    "CHECKBOX",
    "TOGGLE_BUTTON_GROUP",
    "RADIO_BUTTONS",
    "DATETIME",
    "LABEL",
)
SECTIONS = ("", "shipping_info", "billing_info", "customer_info", "order_comments")
REQUIRED = ("id", "value", "title")
VALUE_LIMIT = 255
TOTAL_LIMIT = 8 * 1024


def with_extra_fields(given: Body) -> Body:
    """Return the given fields of an order with every extra field of its list in its map.

    Raises WrongParameterError for a list with wrong entries.
    """
    # Source (documented): REST docs, "Create order": an order has extraFields, orderExtraFields or
    # both.
    # Source (assumed): The values in extraFields win over those in orderExtraFields.
    if "orderExtraFields" not in given:
        return given
    entries = given["orderExtraFields"]
    if not isinstance(entries, list):
        raise WrongParameterError("Field Order.orderExtraFields has a wrong value")
    values = {}
    for entry in map(extra_field, entries):
        if "id" not in entry:
            raise WrongParameterError("Field OrderExtraField.id is absent")
        values[entry["id"]] = entry.get("value", "")
    values |= object_in(given, "extraFields")
    check_size(values)
    return {**given, "extraFields": values}


def extra_field_list(order: Mapping[str, Any]) -> list[Body]:
    """Return the extra fields of an order's map as a list, with the details of its former list."""
    # Source (documented): REST docs, "Get order", orderExtraFields: id, value, customerInputType,
    # title, orderDetailsDisplaySection, orderBy, showInNotifications and showInInvoice.
    known = {entry["id"]: entry for entry in list_in(order, "orderExtraFields")}
    return [
        {
            "customerInputType": "TEXT",
            "title": "",
            "orderDetailsDisplaySection": "",
            "orderBy": str(position),
            "showInNotifications": False,
            "showInInvoice": False,
            **known.get(name, {}),
            "id": name,
            "value": value,
        }
        for position, (name, value) in enumerate(object_in(order, "extraFields").items())
    ]


def extra_field(given: Any) -> Body:
    """Return the fields of one extra field; raise WrongParameterError for a wrong type."""
    fields = require_object(given)
    check_types("OrderExtraField", fields, FIELD_TYPES)
    return {name: fields[name] for name in FIELD_TYPES if name in fields}


def new_extra_field(given: Any) -> Body:
    """Return a new extra field; raise WrongParameterError if a required field is absent."""
    # Source (documented): REST docs, "Add extra fields to order": id, value and title are required.
    fields = extra_field(given)
    for name in REQUIRED:
        if name not in fields:
            raise WrongParameterError(f"Field OrderExtraField.{name} is absent")
    return fields


def find_extra_field(fields: list[Body], field_id: str) -> Body:
    """Return the extra field with an id; raise NotFoundError if the order doesn't have it."""
    for field in fields:
        if field["id"] == field_id:
            return field
    # Source (documented): older REST docs, "Update order extra field": the message.
    raise NotFoundError("", f"ExtraField #{field_id[:VALUE_LIMIT]} not found")


def order_changes(fields: list[Body]) -> Body:
    """Return the fields of an order whose extra fields are ``fields``."""
    return {
        "extraFields": {field["id"]: field["value"] for field in fields},
        "orderExtraFields": fields,
    }


def check_size(values: Mapping[str, Any]) -> None:
    """Raise WrongParameterError if extra fields, given by id, are too large or no texts."""
    # Source (documented): REST docs, "Order extra fields": a value has up to 255 characters, all
    # extra fields of an order up to 8 kB.
    if not all(isinstance(value, str) and len(value) <= VALUE_LIMIT for value in values.values()):
        raise WrongParameterError(
            f"Field Order.extraFields has a value of more than {VALUE_LIMIT} characters"
        )
    if sum(len(name) + len(value) for name, value in values.items()) > TOTAL_LIMIT:
        raise WrongParameterError("Field Order.extraFields is larger than 8 kB")


FIELD_TYPES = {
    "id": is_text,
    "value": is_string,
    "customerInputType": lambda value: value in INPUT_TYPES,
    "title": is_string,
    "orderDetailsDisplaySection": lambda value: value in SECTIONS,
    "orderBy": lambda value: isinstance(value, str) and value.isdecimal(),
    "showInNotifications": is_boolean,
    "showInInvoice": is_boolean,
}
