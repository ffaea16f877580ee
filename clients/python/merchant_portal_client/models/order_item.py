from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.order_discount import OrderDiscount
    from ..models.order_item_dimensions import OrderItemDimensions
    from ..models.order_item_option import OrderItemOption
    from ..models.order_tax import OrderTax


T = TypeVar("T", bound="OrderItem")


@_attrs_define
class OrderItem:
    """One item of an order.

    Attributes:
        id (int | None):
        product_id (int | None):
        variation_id (int | None):
        sku (None | str):
        name (str):
        quantity (int | None):
        price (None | str): Price of one piece with its options, before discounts.
        product_price (None | str): Price of one piece without its options.
        price_without_tax (None | str): An amount in the store's currency.
        coupon_amount (None | str): Coupon discount on this item.
        discounts (list[OrderDiscount]): Other discounts that apply to this item.
        tax (None | str): An amount in the store's currency.
        taxes (list[OrderTax]):
        options (list[OrderItemOption]):
        weight (None | str): Of one piece, in the store's unit.
        dimensions (None | OrderItemDimensions):
        is_shipping_required (bool | None):
        is_digital (bool | None):
        is_gift_card (bool | None):
        is_preorder (bool | None):
        image_url (None | str):
    """

    id: int | None
    product_id: int | None
    variation_id: int | None
    sku: None | str
    name: str
    quantity: int | None
    price: None | str
    product_price: None | str
    price_without_tax: None | str
    coupon_amount: None | str
    discounts: list[OrderDiscount]
    tax: None | str
    taxes: list[OrderTax]
    options: list[OrderItemOption]
    weight: None | str
    dimensions: None | OrderItemDimensions
    is_shipping_required: bool | None
    is_digital: bool | None
    is_gift_card: bool | None
    is_preorder: bool | None
    image_url: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.order_item_dimensions import OrderItemDimensions  # noqa: PLC0415

        id: int | None
        id = self.id

        product_id: int | None
        product_id = self.product_id

        variation_id: int | None
        variation_id = self.variation_id

        sku: None | str
        sku = self.sku

        name = self.name

        quantity: int | None
        quantity = self.quantity

        price: None | str
        price = self.price

        product_price: None | str
        product_price = self.product_price

        price_without_tax: None | str
        price_without_tax = self.price_without_tax

        coupon_amount: None | str
        coupon_amount = self.coupon_amount

        discounts = []
        for discounts_item_data in self.discounts:
            discounts_item = discounts_item_data.to_dict()
            discounts.append(discounts_item)

        tax: None | str
        tax = self.tax

        taxes = []
        for taxes_item_data in self.taxes:
            taxes_item = taxes_item_data.to_dict()
            taxes.append(taxes_item)

        options = []
        for options_item_data in self.options:
            options_item = options_item_data.to_dict()
            options.append(options_item)

        weight: None | str
        weight = self.weight

        dimensions: dict[str, Any] | None
        if isinstance(self.dimensions, OrderItemDimensions):
            dimensions = self.dimensions.to_dict()
        else:
            dimensions = self.dimensions

        is_shipping_required: bool | None
        is_shipping_required = self.is_shipping_required

        is_digital: bool | None
        is_digital = self.is_digital

        is_gift_card: bool | None
        is_gift_card = self.is_gift_card

        is_preorder: bool | None
        is_preorder = self.is_preorder

        image_url: None | str
        image_url = self.image_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "product_id": product_id,
                "variation_id": variation_id,
                "sku": sku,
                "name": name,
                "quantity": quantity,
                "price": price,
                "product_price": product_price,
                "price_without_tax": price_without_tax,
                "coupon_amount": coupon_amount,
                "discounts": discounts,
                "tax": tax,
                "taxes": taxes,
                "options": options,
                "weight": weight,
                "dimensions": dimensions,
                "is_shipping_required": is_shipping_required,
                "is_digital": is_digital,
                "is_gift_card": is_gift_card,
                "is_preorder": is_preorder,
                "image_url": image_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.order_discount import OrderDiscount  # noqa: PLC0415
        from ..models.order_item_dimensions import OrderItemDimensions  # noqa: PLC0415
        from ..models.order_item_option import OrderItemOption  # noqa: PLC0415
        from ..models.order_tax import OrderTax  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        id = _parse_id(d.pop("id"))

        def _parse_product_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        product_id = _parse_product_id(d.pop("product_id"))

        def _parse_variation_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        variation_id = _parse_variation_id(d.pop("variation_id"))

        def _parse_sku(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        sku = _parse_sku(d.pop("sku"))

        name = d.pop("name")

        def _parse_quantity(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        quantity = _parse_quantity(d.pop("quantity"))

        def _parse_price(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        price = _parse_price(d.pop("price"))

        def _parse_product_price(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        product_price = _parse_product_price(d.pop("product_price"))

        def _parse_price_without_tax(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        price_without_tax = _parse_price_without_tax(d.pop("price_without_tax"))

        def _parse_coupon_amount(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        coupon_amount = _parse_coupon_amount(d.pop("coupon_amount"))

        discounts = []
        _discounts = d.pop("discounts")
        for discounts_item_data in _discounts:
            discounts_item = OrderDiscount.from_dict(discounts_item_data)

            discounts.append(discounts_item)

        def _parse_tax(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        tax = _parse_tax(d.pop("tax"))

        taxes = []
        _taxes = d.pop("taxes")
        for taxes_item_data in _taxes:
            taxes_item = OrderTax.from_dict(taxes_item_data)

            taxes.append(taxes_item)

        options = []
        _options = d.pop("options")
        for options_item_data in _options:
            options_item = OrderItemOption.from_dict(options_item_data)

            options.append(options_item)

        def _parse_weight(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        weight = _parse_weight(d.pop("weight"))

        def _parse_dimensions(data: object) -> None | OrderItemDimensions:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                dimensions_type_0 = OrderItemDimensions.from_dict(data)

                return dimensions_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderItemDimensions, data)

        dimensions = _parse_dimensions(d.pop("dimensions"))

        def _parse_is_shipping_required(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        is_shipping_required = _parse_is_shipping_required(d.pop("is_shipping_required"))

        def _parse_is_digital(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        is_digital = _parse_is_digital(d.pop("is_digital"))

        def _parse_is_gift_card(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        is_gift_card = _parse_is_gift_card(d.pop("is_gift_card"))

        def _parse_is_preorder(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        is_preorder = _parse_is_preorder(d.pop("is_preorder"))

        def _parse_image_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        image_url = _parse_image_url(d.pop("image_url"))

        order_item = cls(
            id=id,
            product_id=product_id,
            variation_id=variation_id,
            sku=sku,
            name=name,
            quantity=quantity,
            price=price,
            product_price=product_price,
            price_without_tax=price_without_tax,
            coupon_amount=coupon_amount,
            discounts=discounts,
            tax=tax,
            taxes=taxes,
            options=options,
            weight=weight,
            dimensions=dimensions,
            is_shipping_required=is_shipping_required,
            is_digital=is_digital,
            is_gift_card=is_gift_card,
            is_preorder=is_preorder,
            image_url=image_url,
        )

        order_item.additional_properties = d
        return order_item

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
