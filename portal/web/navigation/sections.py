"""Sections of a set of pages: the first row of tabs, and the second row within one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.web.label import Text


@dataclass(frozen=True)
class Page:
    """Tab of the page with this endpoint, and of the pages that it leads to.

    ``covers`` has the endpoints below it; ``products.*`` means all endpoints of a blueprint.
    """

    text: Text
    endpoint: str
    covers: tuple[str, ...] = ()

    def has(self, endpoint: str) -> bool:
        """Return whether the endpoint is this page or below it."""
        every = f"{endpoint.partition('.')[0]}.*"
        return endpoint == self.endpoint or endpoint in self.covers or every in self.covers

    def current(self, endpoint: str) -> str:
        """Return the value of aria-current: page, true for a page below, or nothing."""
        return "page" if endpoint == self.endpoint else "true" if self.has(endpoint) else ""


@dataclass(frozen=True)
class Section:
    """Tab of the first row; its pages are the second row if there are several."""

    text: Text
    pages: tuple[Page, ...]

    @property
    def landing(self) -> Page:
        """Return the page that the section's tab opens."""
        return self.pages[0]

    def current(self, endpoint: str) -> str:
        """Return the value of aria-current for the section's tab."""
        found = self.landing.current(endpoint)
        return found or ("true" if any(page.has(endpoint) for page in self.pages) else "")


def section_of(sections: Sequence[Section], endpoint: str) -> tuple[Section, Page] | None:
    """Return the section and the page that an endpoint belongs to, None if to none.

    A page that names the endpoint itself precedes one that covers its whole blueprint.
    """
    found = [(section, page) for section, page in all_pages(sections) if page.has(endpoint)]
    exact = [each for each in found if endpoint in (each[1].endpoint, *each[1].covers)]
    return next(iter(exact or found), None)


def all_pages(sections: Sequence[Section]) -> Iterator[tuple[Section, Page]]:
    """Yield each page with its section."""
    for section in sections:
        for page in section.pages:
            yield section, page
