"""Tests of portal.web.api_keys."""
