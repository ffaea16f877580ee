from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.stock_policy import StockPolicy, check_stock_policy
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.attribute import Attribute
    from ..models.bulk_price import BulkPrice
    from ..models.chosen_option import ChosenOption
    from ..models.image import Image
    from ..models.product import Product
    from ..models.product_dimensions import ProductDimensions
    from ..models.sellable import Sellable
    from ..models.variation_raw_type_0 import VariationRawType0


T = TypeVar("T", bound="Variation")


@_attrs_define
class Variation:
    """One combination of a product's options.

    A value that the variation doesn't have is the product's.

    Attributes:
        id (int): Ecwid's ID of the record.
        updated_at (datetime.datetime | Unset): When the product, with its variations, last changed in the store. Ecwid
            has no time of its own for a variation.
        product_id (int | Unset): Product that it belongs to.
        number (int | None | Unset): Its place among the product's variations.
        sku (None | str | Unset): Null if it has no SKU but the product's.
        options (list[ChosenOption] | None | Unset): Choices that make up the variation.
        price (None | str | Unset): Price of one piece, with the price changes of the variation's options.
        own_price (None | str | Unset): The variation's own price; null if it follows the product's price.
        quantity (int | None | Unset): Items in stock without your stock buffer; null if unlimited. See `shares_stock`.
        is_in_stock (bool | Unset): As the store shows it, whatever your stock buffer is.
        synced_at (datetime.datetime | Unset): When the portal last read it from Ecwid.
        compare_to_price (None | str | Unset): An amount in the store's currency.
        bulk_prices (list[BulkPrice] | Unset): With the price changes of the variation's options; lowest first.
        minimum_quantity (int | None | Unset): Fewest pieces in an order; null if any.
        maximum_quantity (int | None | Unset): Most pieces in an order; null if any.
        shares_stock (bool | Unset): Whether `quantity` is the product's, which all such variations share.
        stock_policy (StockPolicy | Unset): How stock limits a sale.
        gtin (None | str | Unset): GTIN, EAN or UPC as the store wrote it: the value of an attribute `UPC`.
        attributes (list[Attribute] | Unset): The variation's own; the product has its own, too.
        weight (None | str | Unset): Weight of one piece in the store's unit; null if it isn't set. A number such as
            `0.4`.
        dimensions (None | ProductDimensions | Unset): Size of one piece; null if it isn't set.
        is_shipping_required (bool | Unset): Whether it has to be shipped.
        images (list[Image] | Unset): The variation's image, or the product's images if it has none.
        sellable (Sellable | Unset): Whether you can sell it, and all reasons if you can't.
        product (None | Product | Unset): Returned only if `include` names it.
        raw (None | Unset | VariationRawType0): The record as Ecwid sent it, with Ecwid's names. Returned only if
            `fields` names it.
        deleted_at (datetime.datetime | None | Unset): When it was deleted. Returned only with `include_deleted`.
    """

    id: int
    updated_at: datetime.datetime | Unset = UNSET
    product_id: int | Unset = UNSET
    number: int | None | Unset = UNSET
    sku: None | str | Unset = UNSET
    options: list[ChosenOption] | None | Unset = UNSET
    price: None | str | Unset = UNSET
    own_price: None | str | Unset = UNSET
    quantity: int | None | Unset = UNSET
    is_in_stock: bool | Unset = UNSET
    synced_at: datetime.datetime | Unset = UNSET
    compare_to_price: None | str | Unset = UNSET
    bulk_prices: list[BulkPrice] | Unset = UNSET
    minimum_quantity: int | None | Unset = UNSET
    maximum_quantity: int | None | Unset = UNSET
    shares_stock: bool | Unset = UNSET
    stock_policy: StockPolicy | Unset = UNSET
    gtin: None | str | Unset = UNSET
    attributes: list[Attribute] | Unset = UNSET
    weight: None | str | Unset = UNSET
    dimensions: None | ProductDimensions | Unset = UNSET
    is_shipping_required: bool | Unset = UNSET
    images: list[Image] | Unset = UNSET
    sellable: Sellable | Unset = UNSET
    product: None | Product | Unset = UNSET
    raw: None | Unset | VariationRawType0 = UNSET
    deleted_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.product import Product  # noqa: PLC0415
        from ..models.product_dimensions import ProductDimensions  # noqa: PLC0415
        from ..models.variation_raw_type_0 import VariationRawType0  # noqa: PLC0415

        id = self.id

        updated_at: str | Unset = UNSET
        if not isinstance(self.updated_at, Unset):
            updated_at = self.updated_at.isoformat()

        product_id = self.product_id

        number: int | None | Unset
        if isinstance(self.number, Unset):
            number = UNSET
        else:
            number = self.number

        sku: None | str | Unset
        if isinstance(self.sku, Unset):
            sku = UNSET
        else:
            sku = self.sku

        options: list[dict[str, Any]] | None | Unset
        if isinstance(self.options, Unset):
            options = UNSET
        elif isinstance(self.options, list):
            options = []
            for options_type_0_item_data in self.options:
                options_type_0_item = options_type_0_item_data.to_dict()
                options.append(options_type_0_item)

        else:
            options = self.options

        price: None | str | Unset
        if isinstance(self.price, Unset):
            price = UNSET
        else:
            price = self.price

        own_price: None | str | Unset
        if isinstance(self.own_price, Unset):
            own_price = UNSET
        else:
            own_price = self.own_price

        quantity: int | None | Unset
        if isinstance(self.quantity, Unset):
            quantity = UNSET
        else:
            quantity = self.quantity

        is_in_stock = self.is_in_stock

        synced_at: str | Unset = UNSET
        if not isinstance(self.synced_at, Unset):
            synced_at = self.synced_at.isoformat()

        compare_to_price: None | str | Unset
        if isinstance(self.compare_to_price, Unset):
            compare_to_price = UNSET
        else:
            compare_to_price = self.compare_to_price

        bulk_prices: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.bulk_prices, Unset):
            bulk_prices = []
            for bulk_prices_item_data in self.bulk_prices:
                bulk_prices_item = bulk_prices_item_data.to_dict()
                bulk_prices.append(bulk_prices_item)

        minimum_quantity: int | None | Unset
        if isinstance(self.minimum_quantity, Unset):
            minimum_quantity = UNSET
        else:
            minimum_quantity = self.minimum_quantity

        maximum_quantity: int | None | Unset
        if isinstance(self.maximum_quantity, Unset):
            maximum_quantity = UNSET
        else:
            maximum_quantity = self.maximum_quantity

        shares_stock = self.shares_stock

        stock_policy: str | Unset = UNSET
        if not isinstance(self.stock_policy, Unset):
            stock_policy = self.stock_policy

        gtin: None | str | Unset
        if isinstance(self.gtin, Unset):
            gtin = UNSET
        else:
            gtin = self.gtin

        attributes: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.attributes, Unset):
            attributes = []
            for attributes_item_data in self.attributes:
                attributes_item = attributes_item_data.to_dict()
                attributes.append(attributes_item)

        weight: None | str | Unset
        if isinstance(self.weight, Unset):
            weight = UNSET
        else:
            weight = self.weight

        dimensions: dict[str, Any] | None | Unset
        if isinstance(self.dimensions, Unset):
            dimensions = UNSET
        elif isinstance(self.dimensions, ProductDimensions):
            dimensions = self.dimensions.to_dict()
        else:
            dimensions = self.dimensions

        is_shipping_required = self.is_shipping_required

        images: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = []
            for images_item_data in self.images:
                images_item = images_item_data.to_dict()
                images.append(images_item)

        sellable: dict[str, Any] | Unset = UNSET
        if not isinstance(self.sellable, Unset):
            sellable = self.sellable.to_dict()

        product: dict[str, Any] | None | Unset
        if isinstance(self.product, Unset):
            product = UNSET
        elif isinstance(self.product, Product):
            product = self.product.to_dict()
        else:
            product = self.product

        raw: dict[str, Any] | None | Unset
        if isinstance(self.raw, Unset):
            raw = UNSET
        elif isinstance(self.raw, VariationRawType0):
            raw = self.raw.to_dict()
        else:
            raw = self.raw

        deleted_at: None | str | Unset
        if isinstance(self.deleted_at, Unset):
            deleted_at = UNSET
        elif isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if product_id is not UNSET:
            field_dict["product_id"] = product_id
        if number is not UNSET:
            field_dict["number"] = number
        if sku is not UNSET:
            field_dict["sku"] = sku
        if options is not UNSET:
            field_dict["options"] = options
        if price is not UNSET:
            field_dict["price"] = price
        if own_price is not UNSET:
            field_dict["own_price"] = own_price
        if quantity is not UNSET:
            field_dict["quantity"] = quantity
        if is_in_stock is not UNSET:
            field_dict["is_in_stock"] = is_in_stock
        if synced_at is not UNSET:
            field_dict["synced_at"] = synced_at
        if compare_to_price is not UNSET:
            field_dict["compare_to_price"] = compare_to_price
        if bulk_prices is not UNSET:
            field_dict["bulk_prices"] = bulk_prices
        if minimum_quantity is not UNSET:
            field_dict["minimum_quantity"] = minimum_quantity
        if maximum_quantity is not UNSET:
            field_dict["maximum_quantity"] = maximum_quantity
        if shares_stock is not UNSET:
            field_dict["shares_stock"] = shares_stock
        if stock_policy is not UNSET:
            field_dict["stock_policy"] = stock_policy
        if gtin is not UNSET:
            field_dict["gtin"] = gtin
        if attributes is not UNSET:
            field_dict["attributes"] = attributes
        if weight is not UNSET:
            field_dict["weight"] = weight
        if dimensions is not UNSET:
            field_dict["dimensions"] = dimensions
        if is_shipping_required is not UNSET:
            field_dict["is_shipping_required"] = is_shipping_required
        if images is not UNSET:
            field_dict["images"] = images
        if sellable is not UNSET:
            field_dict["sellable"] = sellable
        if product is not UNSET:
            field_dict["product"] = product
        if raw is not UNSET:
            field_dict["raw"] = raw
        if deleted_at is not UNSET:
            field_dict["deleted_at"] = deleted_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attribute import Attribute  # noqa: PLC0415
        from ..models.bulk_price import BulkPrice  # noqa: PLC0415
        from ..models.chosen_option import ChosenOption  # noqa: PLC0415
        from ..models.image import Image  # noqa: PLC0415
        from ..models.product import Product  # noqa: PLC0415
        from ..models.product_dimensions import ProductDimensions  # noqa: PLC0415
        from ..models.sellable import Sellable  # noqa: PLC0415
        from ..models.variation_raw_type_0 import VariationRawType0  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        _updated_at = d.pop("updated_at", UNSET)
        updated_at: datetime.datetime | Unset
        if isinstance(_updated_at, Unset):
            updated_at = UNSET
        else:
            updated_at = datetime.datetime.fromisoformat(_updated_at)

        product_id = d.pop("product_id", UNSET)

        def _parse_number(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        number = _parse_number(d.pop("number", UNSET))

        def _parse_sku(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        sku = _parse_sku(d.pop("sku", UNSET))

        def _parse_options(data: object) -> list[ChosenOption] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                options_type_0 = []
                _options_type_0 = data
                for options_type_0_item_data in _options_type_0:
                    options_type_0_item = ChosenOption.from_dict(options_type_0_item_data)

                    options_type_0.append(options_type_0_item)

                return options_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[ChosenOption] | None | Unset, data)

        options = _parse_options(d.pop("options", UNSET))

        def _parse_price(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        price = _parse_price(d.pop("price", UNSET))

        def _parse_own_price(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        own_price = _parse_own_price(d.pop("own_price", UNSET))

        def _parse_quantity(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        quantity = _parse_quantity(d.pop("quantity", UNSET))

        is_in_stock = d.pop("is_in_stock", UNSET)

        _synced_at = d.pop("synced_at", UNSET)
        synced_at: datetime.datetime | Unset
        if isinstance(_synced_at, Unset):
            synced_at = UNSET
        else:
            synced_at = datetime.datetime.fromisoformat(_synced_at)

        def _parse_compare_to_price(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        compare_to_price = _parse_compare_to_price(d.pop("compare_to_price", UNSET))

        _bulk_prices = d.pop("bulk_prices", UNSET)
        bulk_prices: list[BulkPrice] | Unset = UNSET
        if _bulk_prices is not UNSET:
            bulk_prices = []
            for bulk_prices_item_data in _bulk_prices:
                bulk_prices_item = BulkPrice.from_dict(bulk_prices_item_data)

                bulk_prices.append(bulk_prices_item)

        def _parse_minimum_quantity(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        minimum_quantity = _parse_minimum_quantity(d.pop("minimum_quantity", UNSET))

        def _parse_maximum_quantity(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        maximum_quantity = _parse_maximum_quantity(d.pop("maximum_quantity", UNSET))

        shares_stock = d.pop("shares_stock", UNSET)

        _stock_policy = d.pop("stock_policy", UNSET)
        stock_policy: StockPolicy | Unset
        if isinstance(_stock_policy, Unset):
            stock_policy = UNSET
        else:
            stock_policy = check_stock_policy(_stock_policy)

        def _parse_gtin(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        gtin = _parse_gtin(d.pop("gtin", UNSET))

        _attributes = d.pop("attributes", UNSET)
        attributes: list[Attribute] | Unset = UNSET
        if _attributes is not UNSET:
            attributes = []
            for attributes_item_data in _attributes:
                attributes_item = Attribute.from_dict(attributes_item_data)

                attributes.append(attributes_item)

        def _parse_weight(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        weight = _parse_weight(d.pop("weight", UNSET))

        def _parse_dimensions(data: object) -> None | ProductDimensions | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                dimensions_type_0 = ProductDimensions.from_dict(data)

                return dimensions_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProductDimensions | Unset, data)

        dimensions = _parse_dimensions(d.pop("dimensions", UNSET))

        is_shipping_required = d.pop("is_shipping_required", UNSET)

        _images = d.pop("images", UNSET)
        images: list[Image] | Unset = UNSET
        if _images is not UNSET:
            images = []
            for images_item_data in _images:
                images_item = Image.from_dict(images_item_data)

                images.append(images_item)

        _sellable = d.pop("sellable", UNSET)
        sellable: Sellable | Unset
        if isinstance(_sellable, Unset):
            sellable = UNSET
        else:
            sellable = Sellable.from_dict(_sellable)

        def _parse_product(data: object) -> None | Product | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                product_type_0 = Product.from_dict(data)

                return product_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Product | Unset, data)

        product = _parse_product(d.pop("product", UNSET))

        def _parse_raw(data: object) -> None | Unset | VariationRawType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                raw_type_0 = VariationRawType0.from_dict(data)

                return raw_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | VariationRawType0, data)

        raw = _parse_raw(d.pop("raw", UNSET))

        def _parse_deleted_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deleted_at_type_0 = datetime.datetime.fromisoformat(data)

                return deleted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        deleted_at = _parse_deleted_at(d.pop("deleted_at", UNSET))

        variation = cls(
            id=id,
            updated_at=updated_at,
            product_id=product_id,
            number=number,
            sku=sku,
            options=options,
            price=price,
            own_price=own_price,
            quantity=quantity,
            is_in_stock=is_in_stock,
            synced_at=synced_at,
            compare_to_price=compare_to_price,
            bulk_prices=bulk_prices,
            minimum_quantity=minimum_quantity,
            maximum_quantity=maximum_quantity,
            shares_stock=shares_stock,
            stock_policy=stock_policy,
            gtin=gtin,
            attributes=attributes,
            weight=weight,
            dimensions=dimensions,
            is_shipping_required=is_shipping_required,
            images=images,
            sellable=sellable,
            product=product,
            raw=raw,
            deleted_at=deleted_at,
        )

        variation.additional_properties = d
        return variation

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
