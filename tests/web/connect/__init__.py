"""Tests of portal.web.connect."""
