"""Fields of a category that are read from the stored record, and its path from the root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from portal.rules.records.json_values import Json, text, whole
from portal.rules.records.product_fields import description_text, seo_document
from portal.rules.records.product_images import single_image


class CategoryNode(NamedTuple):
    """Name of a category, and the id of its parent; None at the top level."""

    name: str
    parent_id: int | None


def category_path(category_id: int, nodes: Mapping[int, CategoryNode]) -> list[dict[str, Any]]:
    """Return ids and names from the top level down to the category.

    The path begins at the first ancestor that isn't in ``nodes``, and at a circle of parents.
    """
    path: dict[int, str] = {}
    current: int | None = category_id
    while current is not None and current in nodes and current not in path:
        path[current] = nodes[current].name
        current = nodes[current].parent_id
    return [{"id": each, "name": name} for each, name in reversed(path.items())]


CATEGORY_FIELDS: Mapping[str, Callable[[Json], Any]] = {
    "enabled_product_count": lambda category: whole(category.get("enabledProductCount")),
    "description_html": lambda category: text(category.get("description")),
    "description_text": description_text,
    "image": single_image,
    "seo": seo_document,
}
