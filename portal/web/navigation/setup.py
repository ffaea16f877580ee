"""Provide the navigation to the templates."""

from __future__ import annotations

from flask import Flask

from portal.web.navigation.breadcrumbs import breadcrumbs
from portal.web.navigation.store_sections import store_section_name, store_subtabs, store_tabs
from portal.web.navigation.switcher import store_switcher


def set_up_navigation(app: Flask) -> None:
    """Add the functions of the layouts to the templates."""
    for function in (
        breadcrumbs,
        store_section_name,
        store_subtabs,
        store_switcher,
        store_tabs,
    ):
        app.add_template_global(function)
