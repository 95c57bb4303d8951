"""A diagram as SVG or PNG, drawn by bpmn-js in a Chromium of this machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import waitress
from flask import Flask, Response, send_from_directory

from engine.errors import AmicaleError
from webapp.browser_code import Manifest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=15000",
)  # fmt: skip
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Diagram</title>
<div id="canvas"></div><pre id="svg"></pre><script type="module" src="/{script}"></script></html>"""
SIZE = re.compile(r'<svg[^>]* width="([0-9.]+)" height="([0-9.]+)"')
LONGEST = 120.0


class PictureFailed(AmicaleError):
    """The diagram {name} could not be drawn: {reason}"""

    code: ClassVar[str] = "picture_failed"


def svg(diagram: Path) -> str:
    """The diagram as SVG. Raises PictureFailed: no browser, no browser code, or no diagram."""
    with serving(diagram) as address:
        shown = _chromium(diagram, f"--dump-dom {address}".split())
    state = re.search(r'data-state="(drawn|failed)"', shown)
    found = re.search(r'<pre id="svg">(.*?)</pre>', shown, re.DOTALL)
    said = unescape(found.group(1)) if found else ""
    if state is None or state.group(1) == "failed":
        raise PictureFailed(name=diagram.name, reason=said or "the browser drew nothing")
    return said[said.index("<svg") :]


def png(diagram: Path, target: Path, *, scale: float = 1.0) -> None:
    """Writes the diagram as PNG, `scale` pixels for each of its own. Raises PictureFailed."""
    drawn = svg(diagram)
    size = SIZE.search(drawn)
    if size is None:
        raise PictureFailed(name=diagram.name, reason="its SVG has no size")
    width, height = (int(float(length) * scale) + 1 for length in size.groups())
    with TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        scaled = drawn.replace(size.group(0), size.group(0).replace(size.group(1), str(width)), 1)
        scaled = scaled.replace(f'height="{size.group(2)}"', f'height="{height}"', 1)
        page.write_text(f'<!doctype html><meta charset="utf-8"><body style="margin:0">{scaled}', encoding="utf-8")
        _chromium(diagram, [f"--window-size={width},{height}", f"--screenshot={target.absolute()}", page.as_uri()])


@contextmanager
def serving(diagram: Path) -> Iterator[str]:
    """A page on a free port of this machine that draws the diagram."""
    manifest = Manifest()
    if not manifest.built or "picture.js" not in manifest.names:
        raise PictureFailed(name=diagram.name, reason="the browser code is not built: run `amicale assets`")
    app = Flask("picture", static_folder=None)
    app.add_url_rule("/", "page", lambda: PAGE.format(script=manifest.names["picture.js"]))
    app.add_url_rule("/diagram.bpmn", "diagram", lambda: Response(diagram.read_bytes(), mimetype="text/xml"))
    app.add_url_rule("/<path:name>", "file", lambda name: send_from_directory(manifest.directory, name))
    server = waitress.create_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.socket.getsockname()[1]}/"
    finally:
        server.trigger.pull_trigger(server.close)  # by its own loop, which else looks once a second whether to end
        thread.join(5)


def _chromium(diagram: Path, arguments: list[str]) -> str:
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise PictureFailed(name=diagram.name, reason=f"it needs one of {', '.join(BROWSERS)}")
    with TemporaryDirectory() as profile:
        command = [browser, *FLAGS, f"--user-data-dir={profile}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)  # noqa: S603
    if done.returncode:
        raise PictureFailed(name=diagram.name, reason=f"the browser ended with {done.returncode}")
    return done.stdout
