"""The built browser code: named by the manifest, kept for good, compressed; a clear page where there is none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import webapp
from engine.engine import Engine
from webapp.app import create_app
from webapp.browser_code import AssetUnknown, Manifest
from webapp.settings import Settings

SOURCES = Path(webapp.__file__).parent / "assets"
ASKED = re.compile(r"""translate\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")""")
KEY = re.compile(r'"((?:[^"\\]|\\.)*)":')
PACKAGES = ("dmn-js", "dmn-js-drd", "dmn-js-decision-table", "dmn-js-literal-expression", "dmn-js-boxed-expression",
            "dmn-js-shared", "table-js", "bpmn-js-element-templates")  # fmt: skip
ELSEWHERE = re.compile("cluster|[Cc]onfiguration|Loading|Requires version")  # of a service that the house has not


@pytest.mark.skipif(not (SOURCES / "node_modules").exists(), reason="the libraries are there where they are built")
def test_every_text_of_the_editors_of_tables_and_templates_has_its_french() -> None:
    words = "".join(each.read_text() for each in (SOURCES / "src" / "studio").glob("words-*.js"))
    known = {plain(found) for found in KEY.findall(words)}
    asked = {
        plain(one or other)
        for package in PACKAGES
        for source in (SOURCES / "node_modules" / package).rglob("*.js")
        if "node_modules" not in source.relative_to(SOURCES / "node_modules").parts and ".min." not in source.name
        and ".umd." not in source.name and "development" not in source.name and "production" not in source.name
        for one, other in ASKED.findall(source.read_text())
    }  # fmt: skip
    assert len(asked) > 150
    assert {text for text in asked - known if text and not ELSEWHERE.search(text)} == set()


@pytest.mark.skipif(not (SOURCES / "node_modules").exists(), reason="the libraries are there where they are built")
def test_every_text_of_the_panel_of_diagrams_has_its_french() -> None:
    words = "".join(each.read_text() for each in (SOURCES / "src" / "studio").glob("words-*.js"))
    panel = (SOURCES / "node_modules/bpmn-js-properties-panel/dist/index.esm.js").read_text()
    shared = (SOURCES / "node_modules/@bpmn-io/properties-panel/dist/index.esm.js").read_text()
    ours, end, _others = panel.partition("class ZeebePropertiesProvider")
    assert end
    asked = {plain(one or other) for one, other in ASKED.findall(ours + shared)}
    assert len(asked) > 100
    assert asked - {plain(found) for found in KEY.findall(words)} == set()


def plain(text: str) -> str:
    """As the program has it: without what protects quotation marks."""
    return text.replace("\\'", "'").replace('\\"', '"')


@pytest.fixture
def built(tmp_path: Path) -> Manifest:
    dist = tmp_path / "dist"
    dist.mkdir()
    entries = {name: name.replace(".", "-ABC.") for name in ("amicale.css", "amicale.js", "icon.svg")}
    (dist / "manifest.json").write_text(json.dumps(entries))
    for hashed in entries.values():
        (dist / hashed).write_text("plain")
    (dist / "amicale-ABC.js.br").write_bytes(b"brotli")
    (dist / "amicale-ABC.js.gz").write_bytes(b"gzip")
    return Manifest(directory=dist)


def test_a_page_names_the_hashed_files(settings: Settings, web_engine: Engine, built: Manifest) -> None:
    page = create_app(settings, web_engine, manifest=built).test_client().get("/sign-in").get_data(as_text=True)
    assert '<link rel="stylesheet" href="/static/amicale-ABC.css">' in page
    assert '<script type="module" src="/static/amicale-ABC.js"></script>' in page


def test_a_new_build_is_seen_at_once(settings: Settings, web_engine: Engine, built: Manifest) -> None:
    browser = create_app(settings, web_engine, manifest=built).test_client()
    browser.get("/sign-in")
    manifest = built.directory / "manifest.json"
    manifest.write_text(manifest.read_text().replace("-ABC", "-DEFG"))
    assert "/static/amicale-DEFG.css" in browser.get("/sign-in").get_data(as_text=True)


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"), [("gzip, br", "br", b"brotli"), ("gzip", "gzip", b"gzip"), ("", None, b"plain")]
)
def test_a_file_is_sent_compressed_and_for_good(
    settings: Settings, web_engine: Engine, built: Manifest, accepted: str, encoding: str | None, body: bytes
) -> None:
    browser = create_app(settings, web_engine, manifest=built).test_client()
    answer = browser.get("/static/amicale-ABC.js", headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("Content-Encoding"), answer.data) == (encoding, body)
    assert answer.mimetype == "text/javascript"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["../secret_key", "%2e%2e/secret_key", "%2fetc/passwd", "none.js"])
def test_nothing_else_is_served(settings: Settings, web_engine: Engine, built: Manifest, path: str) -> None:
    (built.directory.parent / "secret_key").write_text("hush")
    browser = create_app(settings, web_engine, manifest=built).test_client()
    answer = browser.get(f"/static/{path}", follow_redirects=True)
    assert answer.status_code == 404
    assert b"hush" not in answer.data


def test_without_a_build_the_page_says_how_to_make_one(settings: Settings, web_engine: Engine, tmp_path: Path) -> None:
    app = create_app(settings, web_engine, manifest=Manifest(directory=tmp_path / "nothing"))
    answer = app.test_client().get("/sign-in")
    assert answer.status_code == 503
    assert "amicale assets" in answer.get_data(as_text=True)


def test_an_entry_that_is_not_built_is_named(settings: Settings, web_engine: Engine, built: Manifest) -> None:
    app = create_app(settings, web_engine, manifest=built)
    with app.test_request_context("/"), pytest.raises(AssetUnknown, match="inbox\\.js"):
        assert built.built
        built.address("inbox.js")
