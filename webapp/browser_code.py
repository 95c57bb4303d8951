"""The built browser code: hashed names from the manifest, files served compressed and kept for good."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from flask import Blueprint, Flask, Response, abort, current_app, request, send_from_directory, url_for

from engine.errors import AmicaleError
from webapp.auth import public

DIST = Path(__file__).parent / "static" / "dist"
LONGEST_NAME = 200  # a file system takes 255 bytes
FOR_GOOD = "public, max-age=31536000, immutable"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
MISSING = """<!doctype html><html lang="en">
<head><meta charset="utf-8"><title>Amicale: browser code missing</title></head>
<body><h1>The browser code is not built</h1>
<p>Run <code>make assets</code> (or <code>amicale assets</code>) once, then reload this page.</p>
<h2 lang="fr">Le code du navigateur n'est pas construit</h2>
<p lang="fr">Lancez <code>make assets</code> (ou <code>amicale assets</code>) une fois, puis rechargez cette page.</p>
</body></html>"""

blueprint = Blueprint("static", __name__)


class AssetUnknown(AmicaleError):
    """There is no {name} among the built browser code; known: {known}."""

    code: ClassVar[str] = "asset_unknown"


@dataclass(slots=True)
class Manifest:
    """Hashed names by entry; read again when the build changed."""

    directory: Path = DIST
    stamp: int = -1
    names: dict[str, str] = field(default_factory=dict)
    place: str = field(init=False)

    def __post_init__(self) -> None:
        self.place = str(self.directory / "manifest.json")

    @property
    def built(self) -> bool:
        """Whether there is a build. Reads it where it is new."""
        try:
            stamp = os.stat(self.place).st_mtime_ns  # noqa: PTH116 - at every request: a path object costs ten times that
        except FileNotFoundError:
            return False
        if stamp != self.stamp:
            self.names = json.loads(Path(self.place).read_text(encoding="utf-8"))
            self.stamp = stamp
        return True

    def address(self, name: str) -> str:
        """The address of an entry: `asset("inbox.js")`. Raises AssetUnknown."""
        if name not in self.names:
            raise AssetUnknown(name=name, known=", ".join(sorted(self.names)))
        return url_for("static.file", name=self.names[name])


@blueprint.get("/static/<path:name>")
@public
def file(name: str) -> Response:
    """A built file. Its name changes with its content, so browsers keep it for good."""
    if len(name) > LONGEST_NAME:
        abort(404)
    manifest = current_app.extensions["amicale.manifest"]
    accepted = request.accept_encodings
    for encoding, suffix in ENCODINGS:
        if accepted[encoding] and (manifest.directory / (name + suffix)).is_file():
            sent = send_from_directory(manifest.directory, name + suffix, mimetype=_type(name), etag=False)
            sent.headers["Content-Encoding"] = encoding
            break
    else:
        sent = send_from_directory(manifest.directory, name, mimetype=_type(name), etag=False)
    sent.headers["Cache-Control"] = FOR_GOOD
    sent.headers["Vary"] = "Accept-Encoding"
    return sent


def _type(name: str) -> str | None:
    """The media type, where the machine's own table might know another one for it."""
    return {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}.get(Path(name).suffix)


def serve_browser_code(app: Flask, manifest: Manifest) -> None:
    """Gives pages `asset(name)`; without a build every page says how to make one."""
    app.extensions["amicale.manifest"] = manifest
    app.jinja_env.globals["asset"] = manifest.address

    @app.before_request
    def say_that_it_is_missing() -> Response | None:
        if manifest.built or request.path.startswith(("/webhooks/", "/api/", "/health")):
            return None
        return Response(MISSING, 503, mimetype="text/html")
