"""Tests for the endpoints of images, and for the addresses that serve them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x03\0\0\0\x02" + b"rest"
GIF = b"GIF89a\x03\x00\x02\x00rest"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04\x00\x00"  # a segment that is skipped
    b"\xff\xc2\x00\x0b\x08\x00\x02\x00\x03\x01\x01\x11\x00"
)
OCTETS = {"Content-Type": "application/octet-stream"}
OUTSIDE = "https://img.example/vase.png"


def upload(sandbox: SandboxClient, store_id: int, path: str, data: bytes = PNG) -> int:
    """Upload an image and return its id."""
    answer = sandbox.api(store_id, path, method="POST", data=data, headers=OCTETS)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


def served(sandbox: SandboxClient, url: str) -> tuple[str, bytes]:
    """Return media type and bytes of an image of the sandbox."""
    assert url.startswith(sandbox.url), url
    answer = sandbox.call("GET", url.removeprefix(sandbox.url))
    return answer.headers["Content-Type"], answer.content


def product(sandbox: SandboxClient, store_id: int, product_id: int) -> dict[str, Any]:
    """Return a product from the REST API."""
    body: dict[str, Any] = sandbox.api(store_id, f"/products/{product_id}").json()
    return body


@pytest.mark.parametrize(
    ("data", "media_type", "size"),
    [
        (PNG, "image/png", (3, 2)),
        (GIF, "image/gif", (3, 2)),
        (JPEG, "image/jpeg", (3, 2)),
        (JPEG[:8], "image/jpeg", (None, None)),
    ],
    ids=["png", "gif", "jpeg", "jpeg without a size"],
)
def test_the_main_image_is_served_at_the_products_address(
    sandbox: SandboxClient,
    store_id: int,
    data: bytes,
    media_type: str,
    size: tuple[int | None, int | None],
) -> None:
    product_id = sandbox.make_product(store_id)
    sandbox.subscribe(store_id, "product.updated")

    upload(sandbox, store_id, f"/products/{product_id}/image", data)

    found = product(sandbox, store_id, product_id)
    original = found["originalImage"]
    assert served(sandbox, found["imageUrl"]) == (media_type, data)
    assert (original.get("width"), original.get("height")) == size
    assert [image["id"] for image in found["media"]["images"]] == ["0"]
    assert found["media"]["images"][0]["imageOriginalUrl"] == found["originalImageUrl"]
    assert [event for event, _, _ in sandbox.events(store_id)] == ["product.updated"]


def test_a_main_image_is_deleted_once(sandbox: SandboxClient, store_id: int) -> None:
    product_id = sandbox.make_product(store_id)
    path = f"/products/{product_id}/image"
    upload(sandbox, store_id, path)

    counts = [sandbox.api(store_id, path, method="DELETE").json() for _ in range(2)]

    assert counts == [{"deleteCount": 1}, {"deleteCount": 0}]
    assert "imageUrl" not in product(sandbox, store_id, product_id)


def test_a_gallery_grows_and_shrinks(sandbox: SandboxClient, store_id: int) -> None:
    product_id = sandbox.make_product(store_id)
    path = f"/products/{product_id}/gallery"
    outside = {"url": OUTSIDE, "width": "30", "height": "20"}

    first = upload(sandbox, store_id, path)
    second = sandbox.api(store_id, f"{path}/async", method="POST", json=outside).json()["id"]
    third = sandbox.api(store_id, path, method="POST", externalUrl=OUTSIDE).json()["id"]
    sandbox.api(store_id, f"{path}/{first}", method="DELETE")
    gallery = product(sandbox, store_id, product_id)["galleryImages"]
    gone = sandbox.api(store_id, f"{path}/{first}", method="DELETE")
    emptied = sandbox.api(store_id, path, method="DELETE")

    assert [(i["id"], i["orderBy"], i["url"]) for i in gallery] == [
        (second, 0, OUTSIDE),
        (third, 1, OUTSIDE),
    ]
    assert (gallery[0]["width"], gallery[0]["height"]) == (30, 20)
    assert (gone.status_code, emptied.json()) == (404, {"deleteCount": 2})
    assert product(sandbox, store_id, product_id)["media"]["images"] == []


def test_variations_and_categories_have_images(sandbox: SandboxClient, store_id: int) -> None:
    sizes = [{"options": [{"name": "Size", "value": "L"}]}]
    product_id = sandbox.make_product(store_id, combinations=sizes)
    variation = product(sandbox, store_id, product_id)["combinations"][0]["id"]
    created = sandbox.api(store_id, "/categories", method="POST", json={"name": "Vases"})
    category = f"/categories/{created.json()['id']}"
    combination = f"/products/{product_id}/combinations/{variation}"

    upload(sandbox, store_id, f"{combination}/image")
    upload(sandbox, store_id, f"{category}/image", GIF)
    urls = [sandbox.api(store_id, path).json()["imageUrl"] for path in (combination, category)]
    deleted = [
        sandbox.api(store_id, f"{path}/image", method="DELETE").json()
        for path in (combination, category)
    ]

    assert [served(sandbox, url)[1] for url in urls] == [PNG, GIF]
    assert deleted == [{"deleteCount": 1}] * 2
    assert "imageUrl" not in sandbox.api(store_id, category).json()


def test_all_media_are_replaced_at_once(sandbox: SandboxClient, store_id: int) -> None:
    product_id = sandbox.make_product(store_id)
    upload(sandbox, store_id, f"/products/{product_id}/gallery")
    outside = {"url": "https://img.example/a.png", "width": 3, "height": 2}
    image = f"/products/{product_id}/image"
    sandbox.api(store_id, f"{image}/async", method="POST", json=outside)
    before = product(sandbox, store_id, product_id)["originalImage"]
    media = {"mainMedia": {"imageUrl": OUTSIDE}, "galleryMedia": [{"imageUrl": OUTSIDE}] * 2}

    answer = sandbox.api(store_id, f"/products/{product_id}/media", method="PUT", json=media)
    replaced = product(sandbox, store_id, product_id)
    sandbox.api(store_id, f"/products/{product_id}/media", method="PUT", json={"mainMedia": {}})

    assert before == outside
    assert answer.json() == {
        "mainMedia": {"image": {"success": True, "id": "0"}},
        "galleryMedia": [{"image": {"success": True, "id": n}} for n in ("1", "2")],
    }
    assert [i["imageOriginalUrl"] for i in replaced["media"]["images"]] == [OUTSIDE] * 3
    kept = product(sandbox, store_id, product_id)
    assert "imageUrl" not in kept
    assert len(kept["galleryImages"]) == 2


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ({"data": b"text", "headers": OCTETS}, (422, "")),
        ({"externalUrl": "ftp://img.example"}, (422, "WRONG_URL")),
        ({"data": b"x" * (20 * 1024 * 1024 + 1), "headers": OCTETS}, (400, "INCORRECT_IMAGE_SIZE")),
    ],
    ids=["no image", "no web address", "too large"],
)
def test_wrong_images_are_refused(
    sandbox: SandboxClient, store_id: int, call: dict[str, Any], error: tuple[int, str]
) -> None:
    path = f"/products/{sandbox.make_product(store_id)}/image"

    answer = sandbox.api(store_id, path, method="POST", **call)

    assert error_of(answer) == error


def test_an_upload_has_the_media_type_of_a_file(sandbox: SandboxClient, store_id: int) -> None:
    path = f"/products/{sandbox.make_product(store_id)}/image"
    headers = {"Content-Type": "text/plain"}

    answer = sandbox.api(store_id, path, method="POST", data=PNG, headers=headers)

    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("method", "end", "body"),
    [
        ("POST", "image/async", {}),
        ("POST", "image/async", {"width": 1, "height": 1}),
        ("POST", "image/async", {"url": OUTSIDE, "width": 0, "height": 1}),
        ("PUT", "media", {}),
        ("PUT", "media", {"galleryMedia": ["x"]}),
        ("PUT", "media", {"mainMedia": {"imageUrl": 7}}),
    ],
    ids=str,
)
def test_wrong_descriptions_are_refused(
    sandbox: SandboxClient, store_id: int, method: str, end: str, body: object
) -> None:
    path = f"/products/{sandbox.make_product(store_id)}/{end}"

    answer = sandbox.api(store_id, path, method=method, json=body)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/products/7/image", "PRODUCT_NOT_FOUND"),
        ("/products/7/gallery", "PRODUCT_NOT_FOUND"),
        ("/products/7/combinations/7/image", "PRODUCT_NOT_FOUND"),
        ("/categories/7/image", "CATEGORIES_NOT_FOUND"),
    ],
)
def test_images_need_their_record(
    sandbox: SandboxClient, store_id: int, path: str, code: str
) -> None:
    answers = [
        sandbox.api(store_id, path, method="POST", data=PNG, headers=OCTETS),
        sandbox.api(store_id, path, method="DELETE"),
    ]

    assert [error_of(answer) for answer in answers] == [(404, code)] * 2


def test_an_unknown_image_is_not_served(sandbox: SandboxClient) -> None:
    assert sandbox.call("GET", "/_sandbox/images/uploads/1/7").status_code == 404
