"""Tests of portal.web.exports."""
