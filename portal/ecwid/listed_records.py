"""Records of one page of a list: split into JSON texts, each decoded only when it is read.

Decoding takes several times as long as splitting, and a sync needs few fields of a record. The
splitting decoder checks the grammar of the whole page, but not how large numbers are. They are
checked here, because no database stores extreme ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from itertools import chain
from typing import Any, overload

from msgspec import DecodeError, Raw, Struct, defstruct, structs
from msgspec.json import Decoder

from portal.ecwid.strict_json import decode_strictly, read_fraction
from portal.ecwid.typed_records import Integer

_UNREAD = object()
# Digits in the shape of a number that is too large or too small, or too long for Python.
_SHAPES = bytes.maketrans(b"123456789E+", b"000000000e-")
_EXTREMES = (b"0e0000", b"0e-0000", b"0" * 4_000)


class ListedRecords(Sequence[Any]):  # noqa: PLW1641 - its records are filled in
    """Records of one page; ``texts`` are their JSON texts, None if they can't be stored as sent.

    A record with a text is decoded when it is read for the first time.
    """

    def __init__(self, records: Iterable[Any], texts: Sequence[str] | None = None) -> None:
        self.texts = texts
        self._records = list(records)

    @classmethod
    def of_texts(cls, texts: Sequence[str]) -> ListedRecords:
        """Return the records with these texts, none of them decoded."""
        return cls([_UNREAD] * len(texts), texts)

    @classmethod
    def joined(cls, parts: Iterable[Sequence[Any]]) -> ListedRecords:
        """Return the records of several pages, with texts if all of them have texts."""
        pages = [part if isinstance(part, ListedRecords) else cls(part) for part in parts]
        texts = [page.texts for page in pages if page.texts is not None]
        if len(texts) < len(pages):
            return cls(chain.from_iterable(pages))
        known = chain.from_iterable(page._records for page in pages)  # noqa: SLF001 - same class
        return cls(known, list(chain.from_iterable(texts)))

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, at: int) -> Any: ...

    @overload
    def __getitem__(self, at: slice) -> ListedRecords: ...

    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return ListedRecords(self._records[at], self.texts and self.texts[at])
        record = self._records[at]
        if record is _UNREAD and self.texts is not None:
            record = self._records[at] = decode_strictly(self.texts[at])
        return record

    def __iter__(self) -> Iterator[Any]:
        return iter([self[at] for at in range(len(self._records))])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)


class Envelope(Struct):
    """Page of a list whose records are JSON texts."""

    total: Integer
    items: list[Raw]
    offset: Integer = None
    limit: Integer = None


_split = Decoder(Envelope).decode


def split_page(body: bytes) -> tuple[Envelope, ListedRecords] | None:
    """Return a page and its records, none of them decoded; None for a page of odd JSON.

    `decode_strictly` accepts the text of each record.
    """
    # RecursionError comes from deeply nested JSON.
    with suppress(ValueError, ArithmeticError, RecursionError):
        page = _split(body)
        texts = [str(item, "utf-8") for item in page.items]
        shapes = body.translate(_SHAPES)
        if any(extreme in shapes for extreme in _EXTREMES):
            # An extreme number, or a text that looks like one.
            for text in texts:
                decode_strictly(text)
        return page, ListedRecords.of_texts(texts)
    return None


def with_fields(records: Sequence[Any], names: Sequence[str]) -> Iterable[Any]:
    """Return the records, without fields other than ``names`` if that saves decoding them."""
    texts = records.texts if isinstance(records, ListedRecords) else None
    if texts is None:
        return records
    decode = _part_decoder(tuple(names))
    return [_part(decode, text) for text in texts]


def _part(decode: Any, text: str) -> Any:
    try:
        return structs.asdict(decode(text))
    except DecodeError:
        return decode_strictly(text)


@cache
def _part_decoder(names: tuple[str, ...]) -> Any:
    fields: list[tuple[str, Any, Any]] = [(name, Any, None) for name in names]
    return Decoder(defstruct("Part", fields, gc=False), float_hook=read_fraction).decode
