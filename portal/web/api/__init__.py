"""JSON API for channels, its OpenAPI document and its reference page."""

from portal.web.api import views
from portal.web.api.blueprint import blueprint
from portal.web.api.views.reference import blueprint as reference_blueprint

__all__ = ["blueprint", "reference_blueprint", "views"]
