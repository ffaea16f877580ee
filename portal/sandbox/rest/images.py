"""Endpoints of images of products, variations and categories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from portal.sandbox.access import ApiError
from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.uploads import Image
from portal.sandbox.validation import (
    WrongParameterError,
    is_text,
    list_in,
    parse_integer,
)

GALLERY_PATH = "/products/<int:product_id>/gallery"
SCOPE = "update_catalog"
MAX_PIXELS = 100_000
SetImage = Callable[..., bool]


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    media = parts.media
    # Source (documented): REST docs, "Upload main product image", "Upload product variation image"
    # and "Upload category image", each with an asynchronous form and "Delete …".
    for path, set_image in (
        ("/products/<int:product_id>/image", media.set_main),
        (
            "/products/<int:product_id>/combinations/<int:combination_id>/image",
            media.set_combination,
        ),
        ("/categories/<int:category_id>/image", media.set_category),
    ):
        _add_image(endpoint, parts, path, set_image)
    _add_gallery(endpoint, parts)
    _add_bulk_update(endpoint, parts)


def _add_uploads(endpoint: Endpoint, parts: Parts, path: str, save: Callable[..., object]) -> None:
    """Register the two endpoints that upload an image; ``save`` takes it with the ids."""

    # Source (documented): REST docs, "Upload main product image" and "Upload gallery product
    # image": the answer is the image's id.
    @endpoint(path, SCOPE, "POST")
    def upload_image(store: Any, **ids: int) -> Any:
        with parts.state.transaction():
            image = _sent_image(parts, store)
            save(store["id"], **ids, image=image)
        return {"id": image.image_id}

    # Source (documented): REST docs, "Upload main product image (async)" and "Upload gallery
    # product image (async)".
    @endpoint(f"{path}/async", SCOPE, "POST")
    def refer_to_image(store: Any, **ids: int) -> Any:
        with parts.state.transaction():
            image = _described_image(parts, store)
            save(store["id"], **ids, image=image)
        return {"id": image.image_id}


def _add_image(endpoint: Endpoint, parts: Parts, path: str, set_image: SetImage) -> None:
    """Register the endpoints of the one image that a record has."""
    _add_uploads(endpoint, parts, path, set_image)

    # Source (documented): REST docs, "Delete main product image": deleteCount is 1 or 0.
    @endpoint(path, SCOPE, "DELETE")
    def delete_image(store: Any, **ids: int) -> Any:
        return {"deleteCount": int(set_image(store["id"], **ids, image=None))}


def _add_gallery(endpoint: Endpoint, parts: Parts) -> None:
    media = parts.media

    def add_to_gallery(store_id: int, product_id: int, image: Image) -> None:
        media.set_gallery(store_id, product_id, [image], keep=True)

    _add_uploads(endpoint, parts, GALLERY_PATH, add_to_gallery)

    # Source (documented): REST docs, "Delete all gallery product images".
    @endpoint(GALLERY_PATH, SCOPE, "DELETE")
    def empty_gallery(store: Any, product_id: int) -> Any:
        return {"deleteCount": media.set_gallery(store["id"], product_id, [], keep=False)}

    # Source (documented): REST docs, "Delete gallery product image".
    @endpoint(f"{GALLERY_PATH}/<int:image_id>", SCOPE, "DELETE")
    def delete_from_gallery(store: Any, product_id: int, image_id: int) -> Any:
        media.delete_from_gallery(store["id"], product_id, image_id)
        return {"deleteCount": 1}


def _add_bulk_update(endpoint: Endpoint, parts: Parts) -> None:
    # Source (documented): older REST docs, "Update product media in bulk": a field that is absent
    # changes nothing, an empty gallery is erased, and one of the fields must be there.
    # Source (assumed): The sandbox keeps no videos of products.
    @endpoint("/products/<int:product_id>/media", SCOPE, "PUT")
    def update_media(store: Any, product_id: int) -> Any:
        given = body()
        main, gallery = given.get("mainMedia"), given.get("galleryMedia")
        if main is None and gallery is None:
            raise WrongParameterError("Fields mainMedia and galleryMedia are absent")
        answer: dict[str, Any] = {}
        with parts.state.transaction():
            if isinstance(main, dict):
                image = _linked_image(parts, store, main) if main.get("imageUrl") else None
                parts.media.set_main(store["id"], product_id, image)
                answer["mainMedia"] = {"image": {"success": True, "id": "0"}}
            if gallery is not None:
                images = [_linked_image(parts, store, i) for i in list_in(given, "galleryMedia")]
                parts.media.set_gallery(store["id"], product_id, images, keep=False)
                answer["galleryMedia"] = [
                    {"image": {"success": True, "id": str(n)}} for n in range(1, len(images) + 1)
                ]
        return answer


def _sent_image(parts: Parts, store: Any) -> Image:
    """Return the image in the request body, or at the address in ``externalUrl``."""
    # Source (documented): REST docs, "Upload main product image"; older REST docs: 415 for a type
    # other than application/octet-stream.
    # Source (assumed): An uploaded image may have its own media type.
    url = request.args.get("externalUrl")
    if url:
        return parts.uploads.refer(store["id"], url)
    if request.mimetype not in ("", "application/octet-stream") and not (
        request.mimetype.startswith("image/")
    ):
        raise ApiError(Response("", 415))
    return parts.uploads.add(store["id"], request.get_data())


def _described_image(parts: Parts, store: Any) -> Image:
    # Source (documented): older REST docs, "Deferred category image upload": url, width and height
    # are required, and the sizes are positive.
    given = body()
    width = parse_integer(given, "width", None, 1, MAX_PIXELS)
    height = parse_integer(given, "height", None, 1, MAX_PIXELS)
    if not is_text(given.get("url")):
        raise WrongParameterError("Field url is absent")
    return parts.uploads.refer(store["id"], given["url"], width, height)


def _linked_image(parts: Parts, store: Any, item: Any) -> Image:
    url = item.get("imageUrl") if isinstance(item, dict) else None
    if not isinstance(url, str):
        raise WrongParameterError("Field MediaItem.imageUrl has a wrong value")
    return parts.uploads.refer(store["id"], url)
