"""Tests of portal.web.channels."""
