"""A category has a path from the top level, an image and texts."""

from __future__ import annotations

import pytest

from portal.rules.records.category_fields import CATEGORY_FIELDS, CategoryNode, category_path

NODES = {
    1: CategoryNode("Tableware", None),
    2: CategoryNode("Mugs", 1),
    3: CategoryNode("Espresso", 2),
    4: CategoryNode("Lost", 99),
    5: CategoryNode("Egg", 6),
    6: CategoryNode("Hen", 5),
}


@pytest.mark.parametrize(
    ("category_id", "names"),
    [
        (1, ["Tableware"]),
        (3, ["Tableware", "Mugs", "Espresso"]),
        (4, ["Lost"]),
        (5, ["Hen", "Egg"]),
        (7, []),
    ],
)
def test_path_leads_from_the_top_level_to_the_category(category_id: int, names: list[str]) -> None:
    path = category_path(category_id, NODES)

    assert [node["name"] for node in path] == names
    assert [NODES[node["id"]].name for node in path] == names


def test_fields_have_the_values_of_the_record() -> None:
    record = {
        "enabledProductCount": 3,
        "description": "<p>For tea</p>",
        "imageUrl": "https://i.example/mugs.jpg",
        "alt": {"main": "Mugs"},
        "seoTitle": "Mugs",
    }

    found = {name: read(record) for name, read in CATEGORY_FIELDS.items()}

    assert (found["enabled_product_count"], found["description_text"]) == (3, "For tea")
    assert (found["image"]["url_1500"], found["image"]["alt"]) == (record["imageUrl"], "Mugs")
    assert found["seo"] == {"title": "Mugs", "description": None}
