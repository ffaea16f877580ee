"""Page with every component in its states, for developers."""

from portal.web.style_guide.views import blueprint

__all__ = ["blueprint"]
