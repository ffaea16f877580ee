"""Images of products, variations and categories. Every change emits its webhook event."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from portal.sandbox.dates import format_date
from portal.sandbox.events import EventPublisher
from portal.sandbox.records import Records
from portal.sandbox.resource_specs import CATEGORY, PRODUCT, Body
from portal.sandbox.resources.categories import Categories
from portal.sandbox.resources.product_body import SIZES, URL_FIELDS
from portal.sandbox.resources.products import Products
from portal.sandbox.state import State
from portal.sandbox.uploads import Image
from portal.sandbox.validation import NotFoundError

MAIN_FIELDS = (*URL_FIELDS, "originalImage")
Result = TypeVar("Result")


class Media:
    """Changes the images of products, variations and categories."""

    def __init__(
        self,
        state: State,
        records: Records,
        events: EventPublisher,
        products: Products,
        categories: Categories,
    ) -> None:
        self._state = state
        self._records = records
        self._events = events
        self._products = products
        self._categories = categories

    def set_main(self, store_id: int, product_id: int, image: Image | None) -> bool:
        """Replace a product's main image, or remove it; return whether there was one before."""

        def change(product: Body) -> bool:
            return _replace_main(product, image)

        return self._change_product(store_id, product_id, change)

    def set_gallery(
        self, store_id: int, product_id: int, images: list[Image], *, keep: bool
    ) -> int:
        """Add images to a product's gallery, or replace it; return the former number of images."""

        def change(product: Body) -> int:
            former = product["galleryImages"]
            product["galleryImages"] = _ordered(
                [*(former if keep else []), *map(_gallery_image, images)]
            )
            return len(former)

        return self._change_product(store_id, product_id, change)

    def delete_from_gallery(self, store_id: int, product_id: int, image_id: int) -> None:
        """Delete an image; raise NotFoundError if the gallery doesn't have it."""

        def change(product: Body) -> None:
            left = [image for image in product["galleryImages"] if image.get("id") != image_id]
            if len(left) == len(product["galleryImages"]):
                raise NotFoundError("", f"Gallery image #{image_id} not found")
            product["galleryImages"] = _ordered(left)

        self._change_product(store_id, product_id, change)

    def set_combination(
        self, store_id: int, product_id: int, combination_id: int, image: Image | None
    ) -> bool:
        """Replace or remove a variation's image; return whether there was one before."""

        def change(product: Body) -> bool:
            return _replace_main(self._products.combination(product, combination_id), image)

        return self._change_product(store_id, product_id, change)

    def set_category(self, store_id: int, category_id: int, image: Image | None) -> bool:
        """Replace or remove a category's image; return whether there was one before."""
        with self._state.transaction():
            category = self._categories.get(store_id, category_id)
            had_image = _replace_main(category, image)
            self._records.put(CATEGORY, store_id, [category])
            self._events.emit(store_id, "category.updated", category_id)
        return had_image

    def _change_product(
        self, store_id: int, product_id: int, change: Callable[[Body], Result]
    ) -> Result:
        now = int(time.time())
        with self._state.transaction():
            product = self._products.get(store_id, product_id)
            result = change(product)
            product["media"] = {"images": _media_images(product), "videos": []}
            product |= {"updated": format_date(now), "updateTimestamp": now}
            self._records.put(PRODUCT, store_id, [product])
            self._events.emit(store_id, "product.updated", product_id)
        return result


def _replace_main(record: Body, image: Image | None) -> bool:
    had_image = "imageUrl" in record
    for name in MAIN_FIELDS:
        record.pop(name, None)
    if image is not None:
        record |= dict.fromkeys(URL_FIELDS, image.url)
        record["originalImage"] = {"url": image.url, **_size(image)}
    return had_image


def _gallery_image(image: Image) -> Body:
    # Source (documented): REST docs, "Get product", galleryImages.
    return {
        "id": image.image_id,
        "url": image.url,
        "thumbnail": image.url,
        **dict.fromkeys(URL_FIELDS, image.url),
        **_size(image),
    }


def _size(image: Image) -> Body:
    return {"width": image.width, "height": image.height} if image.width else {}


def _ordered(images: list[Body]) -> list[Body]:
    return [{**image, "orderBy": position} for position, image in enumerate(images)]


def _media_images(product: Body) -> list[Body]:
    """Return the images of ``media``: the main image first, which has the id 0."""
    # Source (documented): older REST docs, "Update product media in bulk": the main image has the
    # id 0.
    # Source (client): ecwid-java-api-client, ProductMedia: the ids are texts.
    found = [("0", product["imageUrl"])] if product.get("imageUrl") else []
    found += [(str(image.get("id")), image.get("url")) for image in product["galleryImages"]]
    return [
        {
            "id": image_id,
            "isMain": image_id == "0",
            "orderBy": position,
            **dict.fromkeys(SIZES, url),
        }
        for position, (image_id, url) in enumerate(found)
    ]
