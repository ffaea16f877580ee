"""Tests of portal.web.endpoints."""
