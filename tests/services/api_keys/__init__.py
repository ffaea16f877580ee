"""Tests of portal.services.api_keys."""
