"""Security headers and cookie settings."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
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
# Features of browsers that no page uses, so that injected or framed content can't use them either.
# Chromium warns about features that it doesn't know, such as those that it has dropped.
UNUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "compute-pressure",
    "cross-origin-isolated",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "speaker-selection",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
# Passkeys, and the button that copies a new key.
OWN_FEATURES = ("publickey-credentials-create", "publickey-credentials-get", "clipboard-write")

# Responses that a browser may show as a document, which could use features or run scripts.
DOCUMENT_TYPES = ("text/html", "image/svg+xml", "application/xml", "text/xml")


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
    """Send the security headers with every response, and the permissions policy with documents."""
    headers = Secure(
        csp=content_policy(settings),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=permissions_policy(),
        referrer=ReferrerPolicy().strict_origin_when_cross_origin(),
        hsts=transport_security(settings) if settings.is_production else None,
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )

    @app.after_request
    def protect(response: Response) -> Response:
        headers.set_headers(response)
        is_empty = response.status_code == HTTPStatus.NO_CONTENT
        if is_empty or response.mimetype not in DOCUMENT_TYPES:
            # Browsers read it from documents only. It is a third of a poll without news.
            response.headers.pop("Permissions-Policy")
        return response


def permissions_policy() -> PermissionsPolicy:
    """Return the policy: all features of browsers off, except those that pages use."""
    policy = PermissionsPolicy()
    for feature in UNUSED_FEATURES:
        policy.add_directive(feature)
    for feature in OWN_FEATURES:
        policy.add_directive(feature, "self")
    return policy


def transport_security(settings: Settings) -> StrictTransportSecurity:
    """Return the HTTPS policy; it covers subdomains only by setting, which may not have HTTPS."""
    policy = StrictTransportSecurity().max_age(HSTS_S)
    return policy.include_subdomains() if settings.hsts_subdomains else policy


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
