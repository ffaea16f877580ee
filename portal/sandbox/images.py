"""Product images: simple SVG shapes whose form and color depend on a seed only."""

from __future__ import annotations

import hashlib

BACKGROUNDS = ("#efe7dc", "#e3e9e2", "#e6e4ee", "#f1e3df", "#dfe8ec", "#eee9d6")
SHAPE_COLORS = ("#8c6f56", "#5f7a68", "#6b648c", "#a0604f", "#4f7385", "#94803f")
SHAPES = (
    '<path d="M55 60h90l-8 78a12 12 0 0 1-12 11H75a12 12 0 0 1-12-11z"/>',
    '<circle cx="100" cy="103" r="50"/><circle cx="100" cy="103" r="30" opacity=".5" fill="#fff"/>',
    '<path d="M84 45h32v22c18 10 28 26 28 46 0 26-18 42-44 42s-44-16-44-42c0-20 10-36 28-46z"/>',
    '<rect x="52" y="62" width="96" height="82" rx="10"/><path d="M66 46h68v12H66z"/>',
    '<path d="M100 42 152 146H48z"/><circle cx="100" cy="118" r="13" opacity=".5" fill="#fff"/>',
    '<path d="M50 76c30-26 70-26 100 0l-10 66c-26 14-54 14-80 0z"/>',
)


def svg_image(seed: str) -> str:
    """Return an SVG image of 200 by 200 pixels."""
    digest = hashlib.sha256(seed.encode()).digest()
    n = digest[0] % len(BACKGROUNDS)
    shape = SHAPES[digest[1] % len(SHAPES)]
    angle = digest[2] % 13 - 6
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" role="img">'
        f'<rect width="200" height="200" fill="{BACKGROUNDS[n]}"/>'
        '<ellipse cx="100" cy="156" rx="56" ry="8" fill="#000" opacity=".08"/>'
        f'<g fill="{SHAPE_COLORS[n]}" transform="rotate({angle} 100 100)">{shape}</g></svg>'
    )
