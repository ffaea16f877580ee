"""Tests of portal.services.channels."""
