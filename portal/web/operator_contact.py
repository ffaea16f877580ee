"""Contact of the marketplace's operators, on the pages that explain why connecting failed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from portal.config import Settings


@dataclass(frozen=True)
class OperatorContact:
    """E-mail address or URL, and the target of a link to it."""

    text: str
    href: str


def set_up_operator_contact(app: Flask, settings: Settings) -> None:
    """Provide ``operator_contact`` to the templates; None if the setting is empty."""
    app.jinja_env.globals["operator_contact"] = contact_of(settings.operator_contact)


def contact_of(text: str) -> OperatorContact | None:
    """Return the contact that the setting OPERATOR_CONTACT means."""
    if not text:
        return None
    is_url = "://" in text
    return OperatorContact(text, text if is_url else f"mailto:{text}")
