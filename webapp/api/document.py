"""The interface in the app: its addresses, its errors as JSON, and the document that describes it (OpenAPI 3.1)."""

from __future__ import annotations

from threading import Lock
from typing import Any

from flask import Flask, Response, current_app, jsonify
from flask_smorest import Api

from webapp.api import (
    cases,
    choosing,
    collective,
    deployments,
    operations,
    steering,
    subscriptions,
    tasks,
    versions,
)
from webapp.api.routing import PREFIX, blueprint
from webapp.api.schemas import ErrorOut
from webapp.auth import Access

# Importing them has put their addresses into the blueprint.
MODULES = (cases, choosing, collective, deployments, operations, steering, subscriptions, tasks, versions)
DESCRIPTION = (
    "Programs send `Authorization: Bearer amc_…`, a token made on the account page or by an administrator. Lists are "
    "read page by page: `next` of a page is `after` of the next one. A request with an `Idempotency-Key`, where an "
    "address takes one, is carried out once; sent again, the answer says what it made, as things stand then."
)


class QuietApi(Api):  # type: ignore[misc]
    """Errors are answered by the app, as everywhere; the document is written when somebody asks for it.

    Writing it costs a tenth of a second, which every process would pay at its start.
    """

    ERROR_SCHEMA = ErrorOut

    def __init__(self, app: Flask) -> None:
        self._writing, self._undescribed = Lock(), [blueprint]
        super().__init__(app)
        app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        app.register_blueprint(blueprint)

    def document(self, app: Flask) -> dict[str, Any]:
        """The OpenAPI document of the app."""
        with self._writing:
            if self.spec is None:
                super()._init_spec(**self._options)
            while self._undescribed:
                part = self._undescribed.pop()
                part.register_views_in_doc(self, app, self.spec, name=part.name, parameters=None)
                self.spec.tag({"name": part.name, "description": part.description})
        found: dict[str, Any] = self.spec.to_dict()
        return found

    def _init_spec(self, **options: Any) -> None:
        """Keeps with what the document is begun, and does not begin it."""
        self._options = options

    def _register_error_handlers(self) -> None:
        """None of its own."""


def configuration(version: str) -> dict[str, object]:
    """What the library wants to know. The document is served by our own address, without anybody's viewer."""
    return {
        "API_TITLE": "Amicale",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "API_SPEC_OPTIONS": {
            "info": {"description": DESCRIPTION, "version": version},
            "security": [{"token": []}],
            "webhooks": subscriptions.described(),
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        },
    }


def serve(app: Flask) -> None:
    """Puts the interface into the app."""
    app.extensions["amicale.api"] = QuietApi(app)
    app.add_url_rule(f"{PREFIX}/openapi.json", "openapi", Access("public").marks(document))


def document() -> Response:
    """The document, for programs that write programs."""
    return jsonify(described(current_app))


def described(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of the app."""
    api: QuietApi = app.extensions["amicale.api"]
    return api.document(app)


__all__ = ["QuietApi", "configuration", "described", "serve"]
