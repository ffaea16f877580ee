"""Minimal PDF files: one page of text lines."""

from __future__ import annotations

from collections.abc import Iterable

# A4 in points, with a margin.
PAGE = "[0 0 595 842]"
LEFT, TOP, LINE_HEIGHT = 56, 780, 16


def text_pdf(lines: Iterable[str]) -> bytes:
    """Return a PDF with the lines; characters that Latin-1 lacks become question marks."""
    text = b" T* ".join(b"(" + _escaped(line) + b") Tj" for line in lines)
    content = f"BT /F1 11 Tf {LINE_HEIGHT} TL {LEFT} {TOP} Td ".encode() + text + b" ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox {PAGE} /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>".encode(),
        f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    file = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(file))
        file += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    size = len(objects) + 1
    head = f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    return bytes(file) + head + table + trailer.encode()


def _escaped(line: str) -> bytes:
    text = line.encode("latin-1", "replace")
    for special in (b"\\", b"(", b")"):
        text = text.replace(special, b"\\" + special)
    return text.replace(b"\r", b" ").replace(b"\n", b" ")
