"""Tests of portal.web.stores."""
