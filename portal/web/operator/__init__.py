"""Show operators what concerns all stores."""

from portal.web.operator.drift import blueprint

__all__ = ["blueprint"]
