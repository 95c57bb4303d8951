"""The organisation's own sign-in (OpenID Connect, authorization code with PKCE), as the settings name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from authlib.integrations.flask_client import OAuth
from flask import Flask

if TYPE_CHECKING:
    from webapp.settings import Settings

__all__ = ["connect", "name_of"]

SECONDS: Final = 10  # how long an answer of that sign-in may take
SCOPE: Final = "openid profile email groups"
METADATA: Final = "/.well-known/openid-configuration"  # OpenID Connect Discovery 1.0, 4


def connect(app: Flask, settings: Settings) -> None:
    """Makes the sign-in known to the app, where the settings name one. Nothing is asked of it before it is used."""
    if not settings.oidc_issuer:
        return
    known = OAuth(app)
    app.extensions["amicale.organisation"] = known.register(
        name="organisation",
        client_id=settings.oidc_client,
        client_secret=settings.oidc_secret,
        server_metadata_url=settings.oidc_issuer.rstrip("/") + METADATA,
        client_kwargs={"scope": SCOPE, "code_challenge_method": "S256", "default_timeout": SECONDS},
    )


def name_of(settings: Settings) -> str:
    """What the sign-in is called on the page."""
    return settings.oidc_name or urlsplit(settings.oidc_issuer).hostname or ""
