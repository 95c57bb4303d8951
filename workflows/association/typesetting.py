"""Pages as PDF: one house layout, filled with data, set by Typst with fonts that are packages as it is itself.

Every document is PDF/A-2 (ISO 19005-2), so that it can be kept as issued, and PDF/UA-1 (ISO 14289-1), so that it can be
read aloud. Texts are data and never markup: nothing that a person typed can change the page. A name stands in its own
script: Latin, Greek and Cyrillic in Typst's serif, the others in Noto; what runs from right to left is set so.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import ClassVar, Final

import typst

from engine.errors import AmicaleError

ARCHIVED: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
_LAYOUTS = resources.files("workflows.association") / "letters"
_LETTER: Final = "letter.typ"
_ONE: Final = threading.Lock()  # a compiler sets one page at a time, in a few milliseconds
_NO_GLYPH = "could not be displayed"
_SERIF: Final = "Libertinus Serif"
_SCRIPTS: Final = ("manimgx_fonts", "noto_cjk_sans_otc")  # packages whose files are Noto's, of 20 scripts and of Han
_HAN: Final = "Noto Sans CJK SC"  # the collection holds one face a country; one of them has every character


class PageNotSet(AmicaleError):
    """The document “{title}” cannot be set: {reason}."""

    code: ClassVar[str] = "page_not_set"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose paper it is: the name, the lines of the address, what the law asks for at the foot."""

    name: str
    address: Sequence[str]
    mentions: Sequence[str]


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and the words for whoever does not see it (PDF/UA-1, 7.3)."""

    png: bytes
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a document. `blocks` are those of `letters`; `references` pairs of label and value."""

    lang: str
    title: str
    issued_on: date
    sender: Sender
    reader: Sequence[str]
    dateline: str
    blocks: Sequence[Mapping[str, object]]
    references: Sequence[tuple[str, str]] = ()
    signature: Sequence[str] = field(default_factory=tuple)
    signed: Picture | None = None


def typeset(page: Page) -> bytes:
    """The PDF of a page.

    A character that no font holds (of a script that is dead or new) cannot be archived as PDF/A: such a page is set as
    plain PDF, where a box stands for it. Raises PageNotSet.
    """
    return typeset_by(_LETTER, page.title, asdict(page))


def typeset_by(layout: str, title: str, page: Mapping[str, object]) -> bytes:
    """The PDF of data by another layout of the house, archived as `typeset` says. Raises PageNotSet."""
    given = json.dumps({**page, "fonts": families()}, ensure_ascii=False, default=_plain)
    try:
        return _compiled(layout, given, ARCHIVED)
    except typst.TypstError as problem:
        if _NO_GLYPH not in str(problem):
            raise PageNotSet(title=title, reason=str(problem)) from problem
    return _compiled(layout, given, ["1.7"])


def check_picture(picture: Picture) -> None:
    """Raises PageNotSet for a picture that cannot be set."""
    given = json.dumps({"picture": asdict(picture)}, default=_plain)
    page = b"#let given = json(bytes(sys.inputs.page)).picture\n#image(bytes(given.png), alt: given.words)"
    try:
        typst.compile(page, format="pdf", sys_inputs={"page": given})
    except typst.TypstError as problem:
        raise PageNotSet(title=picture.words, reason=str(problem)) from problem


def _plain(value: object) -> object:
    """What JSON has no word for: a day, and bytes, as the numbers they are."""
    return list(value) if isinstance(value, bytes) else date.isoformat(value)  # type: ignore[arg-type]


def _compiled(layout: str, given: str, standards: list[typst.PDFStandard]) -> bytes:
    with _ONE:
        made = _compiler(layout).compile(format="pdf", sys_inputs={"page": given}, pdf_standards=standards)
    if not isinstance(made, bytes):
        raise TypeError("one document is asked for, and one is made")
    return made


@cache
def families() -> tuple[str, ...]:
    """The fonts of a page in the order in which a character looks for its own; pictures of feelings come last."""
    noto = sorted(name for name in _fonts().families() if name.startswith("Noto Sans") and " CJK " not in name)
    return (_SERIF, *noto, _HAN, "Noto Emoji")


@cache
def _fonts() -> typst.Fonts:
    """All fonts, found once a process: looking for them costs what thirty pages cost."""
    places = [str(resources.files(package)) for package in _SCRIPTS]
    return typst.Fonts(include_system_fonts=False, font_paths=places)


@cache
def _compiler(layout: str) -> typst.Compiler:
    """The one of this process for a layout.

    It drops what it remembers of pages of before; `typst.compile` keeps 250 KB of each until a compiler sets the next.
    """
    return typst.Compiler(str(_LAYOUTS / layout), font_paths=_fonts())
