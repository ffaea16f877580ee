"""Let merchants make, rotate and revoke the keys of the API."""

from portal.web.api_keys.views import blueprint

__all__ = ["blueprint"]
