"""Response structs of categories."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct

from portal.web.api.catalog_parts import CategoryNode, Html, Image, PlainText, Seo
from portal.web.api.record_schemas import DeletedAt, Id, Moment, Raw, RecordPage


class Category(Struct):
    """A category of the store."""

    id: Id
    updated_at: Annotated[
        Moment, Meta(description="When it was last read: Ecwid has no update time.")
    ]
    parent_id: Annotated[int | None, Meta(description="Null at the top level.")]
    name: Annotated[str, Meta(description="As customers see it.")]
    is_enabled: Annotated[bool, Meta(description="Whether customers can see it in the store.")]
    product_count: Annotated[
        int | None, Meta(description="Products in it and below it, by Ecwid's count.")
    ]
    position: Annotated[int | None, Meta(description="Order among its siblings, lowest first.")]
    url: Annotated[str | None, Meta(description="Page of the category in the store.")]
    synced_at: Annotated[Moment, Meta(description="When the portal last read it from Ecwid.")]
    path: Annotated[
        list[CategoryNode],
        Meta(description="From the top level down to the category itself."),
    ]
    enabled_product_count: Annotated[
        int | None, Meta(description="The same without disabled products.")
    ]
    description_html: Html
    description_text: PlainText
    image: Annotated[Image | None, Meta(description="Image of the category; null if it has none.")]
    seo: Annotated[Seo, Meta(description="Texts for search engines.")]
    raw: Raw = None
    deleted_at: DeletedAt = UNSET


class CategoryPage(RecordPage[Category]):
    """A page of categories."""
