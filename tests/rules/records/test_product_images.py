"""Images come from `media`, or from the single fields of older records."""

from __future__ import annotations

from typing import Any

from portal.rules.records.product_images import images_of, single_image
from tests.rules.records.catalog import full_product

OLD: dict[str, Any] = {
    "smallThumbnailUrl": "https://i.example/160.jpg",
    "thumbnailUrl": "https://i.example/400.jpg",
    "hdThumbnailUrl": "https://i.example/800.jpg",
    "imageUrl": "https://i.example/1500.jpg",
    "originalImageUrl": "https://i.example/original.jpg",
    "galleryImages": [
        {"id": 12, "url": "https://i.example/side.jpg", "alt": "From the side"},
        {"id": 13},
    ],
}


def test_main_image_comes_first_with_its_text_and_sizes() -> None:
    main, side = images_of(full_product())

    assert main == {
        "id": "0",
        "alt": "The mug on a table",
        "is_main": True,
        "url_160": "https://i.example/160.jpg",
        "url_400": None,
        "url_800": None,
        "url_1500": "https://i.example/1500.jpg",
        "url_original": "https://i.example/original.jpg",
    }
    assert (side["id"], side["alt"], side["is_main"]) == ("9", None, False)


def test_record_without_media_has_the_images_of_its_single_fields() -> None:
    main, side = images_of(OLD)

    assert [main[f"url_{size}"] for size in ("160", "400", "800", "1500", "original")] == [
        f"https://i.example/{size}.jpg" for size in ("160", "400", "800", "1500", "original")
    ]
    assert (side["id"], side["alt"]) == ("12", "From the side")
    assert side["url_original"] == "https://i.example/side.jpg"


def test_record_without_urls_has_no_image() -> None:
    assert images_of({"media": {"images": [{"id": "0", "isMain": True}]}}) == []
    assert single_image({"imageUrl": " "}) is None
