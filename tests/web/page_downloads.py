"""What a browser with an empty cache downloads from the portal to show a page."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from tests.web.conftest import Visitor

# A person who typed the address, in a browser that takes what all browsers take.
BROWSER_HEADERS = {"Accept-Encoding": "gzip, deflate, br, zstd", "Sec-Fetch-Site": "none"}
_SHOWN_LINKS = {"stylesheet", "icon"}


@dataclass(frozen=True)
class Download:
    """Requests of a page and its files, and their bodies as they are sent, in kilobytes."""

    requests: int
    kilobytes: float


@dataclass
class Downloads:
    """Measures pages for one visitor; a file that many pages link is requested once."""

    visitor: Visitor
    sizes: dict[str, int] = field(default_factory=dict)

    def of_page(self, path: str) -> Download | None:
        """Return the download of a page; None for other responses, such as redirects."""
        with self.visitor.get(path, headers=BROWSER_HEADERS) as response:
            sent = response.get_data()
        if response.status_code != 200 or response.mimetype != "text/html":
            return None
        html = gzip.decompress(sent) if response.content_encoding == "gzip" else sent
        files = {file for file in linked_files(html.decode(), path) if file.startswith("/")}
        sizes = [len(sent), *map(self._size, files)]
        return Download(len(sizes), sum(sizes) / 1000)

    def _size(self, path: str) -> int:
        if path not in self.sizes:
            with self.visitor.get(path, headers=BROWSER_HEADERS) as response:
                assert response.status_code == 200, path
                self.sizes[path] = len(response.get_data())
        return self.sizes[path]


def linked_files(html: str, path: str) -> Iterator[str]:
    """Yield what a page at ``path`` loads: stylesheets, scripts, pictures and later parts."""
    reader = _Files()
    reader.feed(html)
    yield from (urljoin(path, url) for url in reader.urls)


class _Files(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        is_shown = tag in ("script", "img") or values.get("rel") in _SHOWN_LINKS
        is_loaded_later = values.get("hx-trigger") == "load"
        url = values.get("hx-get" if is_loaded_later else "href" if tag == "link" else "src")
        if url and (is_shown or is_loaded_later):
            self.urls.append(url)
