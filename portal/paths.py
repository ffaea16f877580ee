"""Find the folders of templates, static files and translations, however installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE_DIR = Path(__file__).parent
# In a wheel the two folders lie in the package, in a checkout beside it.
ROOT = _PACKAGE_DIR if (_PACKAGE_DIR / "templates").is_dir() else _PACKAGE_DIR.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
TRANSLATIONS = _PACKAGE_DIR / "web" / "translations"
