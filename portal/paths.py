"""Paths of templates, static files and translations, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE_DIR = Path(__file__).parent
# In a wheel the two directories are inside the package, in a checkout next to it.
ROOT = _PACKAGE_DIR if (_PACKAGE_DIR / "templates").is_dir() else _PACKAGE_DIR.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
TRANSLATIONS = _PACKAGE_DIR / "web" / "translations"
