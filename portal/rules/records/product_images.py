"""Images of products, variations and categories, in all sizes.

Source: the official Kotlin client, ``FetchedProduct.ProductMedia`` and ``GalleryImage``; the pixels
of the single fields are those of Ecwid's REST documentation, "Get product".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.rules.records.json_values import Json, flag, part, parts, text

MAIN_ID = "0"
_MEDIA: Mapping[str, str] = {
    "url_160": "image160pxUrl",
    "url_400": "image400pxUrl",
    "url_800": "image800pxUrl",
    "url_1500": "image1500pxUrl",
    "url_original": "imageOriginalUrl",
}
_SINGLE: Mapping[str, str] = {
    "url_160": "smallThumbnailUrl",
    "url_400": "thumbnailUrl",
    "url_800": "hdThumbnailUrl",
    "url_1500": "imageUrl",
    "url_original": "originalImageUrl",
}


def images_of(product: Json) -> list[dict[str, Any]]:
    """Return the product's images, the main one first.

    A record without ``media``, as older ones are, has them in single fields and a gallery.
    """
    media = parts(part(product.get("media")).get("images"))
    found = [_image(each, _MEDIA, text(each.get("id")), is_main=_is_main(each)) for each in media]
    if not any(found):
        main = single_image(product)
        gallery = parts(product.get("galleryImages"))
        found = [main, *(_image(each, _SINGLE, _id(each), is_main=False) for each in gallery)]
    return sorted((each for each in found if each), key=lambda image: not image["is_main"])


def single_image(record: Json) -> dict[str, Any] | None:
    """Return the one image of a variation or a category; None if it has none."""
    return _image(record, _SINGLE, MAIN_ID, is_main=True)


def has_image(product: Json) -> bool:
    """Return whether the product has any image."""
    return any(text(product.get(name)) for name in _SINGLE.values()) or bool(images_of(product))


def _image(
    record: Json, names: Mapping[str, str], image_id: str | None, *, is_main: bool
) -> dict[str, Any] | None:
    urls = {name: text(record.get(source)) for name, source in names.items()}
    if urls["url_original"] is None:
        # A gallery's own field for the image as it was uploaded.
        urls["url_original"] = text(record.get("url")) if not is_main else None
    if not any(urls.values()):
        return None
    return {"id": image_id, "alt": _alt(record.get("alt")), "is_main": is_main, **urls}


def _alt(value: Any) -> str | None:
    """Return the alternative text, which is an object in ``media`` and a text in galleries."""
    return text(part(value).get("main")) or text(value)


def _is_main(image: Json) -> bool:
    return flag(image.get("isMain"), default=False)


def _id(image: Json) -> str | None:
    value = image.get("id")
    return str(value) if type(value) is int else text(value)
