"""Which texts the code says, and what of them is not yet said in French: `amicale translations`."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from engine.errors import AmicaleError
from webapp import expression_words, refusal_words
from webapp.catalogues import DIRECTORY
from webapp.errors import template_of

HERE = Path(__file__).parent
PACKAGES = frozenset({"engine", "forms", "workflows", "webapp"})
SHELL = "shell"
ERRORS = "errors"
EXPRESSIONS = "expressions"
METHODS = {".py": "python", ".html": "jinja2", ".txt": "jinja2"}
NOT_SOURCES = frozenset({"assets", "static", "migrations", "translations"})
UNLOADED = frozenset({"__main__", "migrations", "node_modules", "traces"})
OPTIONS = {"trimmed": "true", "silent": "false"}
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {
    "_": None,
    "say": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}


def said(folder: Path = HERE) -> dict[str, Catalog]:
    """Every text the web application says, by catalogue: one for each folder, `shell` for the modules beside them.

    Messages of errors are in `errors`, wherever their class is; what is said of expressions and tables is in
    `expressions`. A text that two folders say stands in the first one.
    """
    catalogues: dict[str, Catalog] = {}
    known: set[object] = set()
    fixed = [
        *((ERRORS, text) for text in error_templates()),
        *((EXPRESSIONS, text) for text in (*expression_words.templates(), *refusal_words.templates())),
    ]
    for name, text in [*fixed, *_sources(folder)]:
        singular = text[0] if isinstance(text, tuple) else text
        catalogue = catalogues.setdefault(name, Catalog(locale="fr", domain=name))
        if singular not in known:
            known.add(singular)
            catalogue.add(text)
    return catalogues


def error_templates() -> Iterator[str]:
    """The message of every error class of the product, sorted."""
    for module in modules():
        importlib.import_module(module)
    found, waiting = set(), [AmicaleError]
    while waiting:
        kind = waiting.pop()
        if kind.__module__.split(".")[0] in PACKAGES:
            found.add(template_of(kind))
        waiting.extend(kind.__subclasses__())
    yield from sorted(found)


def modules() -> Iterator[str]:
    """Every module of the product by its name, but those that do something when they are loaded, or need an extra."""
    for file in sorted(file for package in PACKAGES for file in (HERE.parent / package).rglob("*.py")):
        parts = file.relative_to(HERE.parent).with_suffix("").parts
        if not UNLOADED & set(parts):
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _sources(folder: Path) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if file.suffix not in METHODS or inside.parts[0] in NOT_SOURCES:
            continue
        name = inside.parts[0] if len(inside.parts) > 1 and inside.parts[0] != "templates" else SHELL
        for _line, text, _comments, _context in extract_from_file(METHODS[file.suffix], file, KEYWORDS, (), OPTIONS):
            yield name, text


def update(directory: Path = DIRECTORY / "fr") -> dict[str, int]:
    """Writes the French catalogues anew: new texts empty, texts nobody says dropped. Answers the empty ones by file."""
    catalogues = said()
    kept = {message.id: message.string for file in directory.glob("*.po") for message in _messages(file)}
    empty = {}
    for name, catalogue in catalogues.items():
        for message in catalogue:
            if message.id and message.id in kept:
                message.string = typographic(kept[message.id] or "")
        written = BytesIO()
        write_po(written, catalogue, width=110, sort_output=True, omit_header=True)
        file = directory / f"{name}.po"
        if not file.exists() or file.read_bytes() != written.getvalue():
            file.write_bytes(written.getvalue())
        empty[name] = sum(1 for message in catalogue if message.id and not is_said(message))
    for file in directory.glob("*.po"):
        if file.stem not in catalogues:
            file.unlink()
    return empty


def typographic(said: str | tuple[str, ...] | list[str]) -> str | tuple[str, ...]:
    """French as it is printed: curved apostrophes, and a blank that does not break before : ; ! ? and inside « »."""
    if not isinstance(said, str):
        return tuple(str(typographic(each)) for each in said)
    curved = re.sub(r"(?<=\w)'(?=\w)", "’", said)
    return re.sub(r" (?=[:;!?»])|(?<=«) ", "\N{NO-BREAK SPACE}", curved)


def lacking(directory: Path = DIRECTORY / "fr") -> list[str]:
    """What stands in the way: texts without French, and French whose placeholders are not those of the English."""
    french = {message.id: message for file in sorted(directory.glob("*.po")) for message in _messages(file)}
    found = []
    for name, catalogue in said().items():
        for message in catalogue:
            if not message.id:
                continue
            translated = french.get(message.id)
            if translated is None or not is_said(translated):
                found.append(f"{name}: no French for {message.id!r}")
            elif error := next(iter(translated.check()), None):
                found.append(f"{name}: {message.id!r}: {error}")
    return found


def is_said(message: Message) -> bool:
    """Whether the message has its text, in every plural form."""
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def _messages(file: Path) -> list[Message]:
    with file.open("rb") as opened:
        return [message for message in read_po(opened, locale="fr", domain=file.stem) if message.id]
