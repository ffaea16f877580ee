"""Tests of portal.web.style_guide."""
