"""Security headers and cookie settings."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from portal.config import Settings
from portal.models import SESSION_IDLE_LIFETIME

HSTS_S = 365 * 24 * 3600


def cookie_settings(settings: Settings) -> dict[str, object]:
    """Return Flask's settings of the session cookie."""
    return {
        # Browsers reject a cookie with this prefix unless it comes from this very host, over HTTPS.
        "SESSION_COOKIE_NAME": "__Host-portal" if settings.is_production else "portal",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_production,
        "PERMANENT_SESSION_LIFETIME": SESSION_IDLE_LIFETIME,
    }


def set_up_headers(app: Flask, settings: Settings) -> None:
    """Send the security headers with every response."""
    headers = Secure(
        csp=content_policy(settings),
        coop=CrossOriginOpenerPolicy().same_origin(),
        permissions=PermissionsPolicy().geolocation().camera().microphone(),
        referrer=ReferrerPolicy().strict_origin_when_cross_origin(),
        hsts=StrictTransportSecurity().max_age(HSTS_S) if settings.is_production else None,
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )

    @app.after_request
    def protect(response: Response) -> Response:
        headers.set_headers(response)
        return response


def content_policy(settings: Settings) -> ContentSecurityPolicy:
    """Return the policy: own files only, except product pictures and the redirect to Ecwid's
    consent page.

    Product pictures come from the stores' own hosts over HTTPS, and from a sandbox over plain HTTP.
    Browsers apply ``form-action`` to the redirect after a form as well, so the consent page's
    origin is listed.
    """
    consent = urlsplit(settings.ecwid_oauth_url)
    pictures = ["'self'", "https:"]
    if not settings.is_production:
        pictures.append(_origin(settings.ecwid_api_url))
    return (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        .img_src(*dict.fromkeys(pictures))
        .connect_src("'self'")
        .font_src("'self'")
        .form_action("'self'", f"{consent.scheme}://{consent.netloc}")
        .base_uri("'none'")
        .frame_ancestors("'none'")
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
