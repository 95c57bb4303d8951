"""Pages as PDF: one house layout, filled with data, set by Typst with the fonts that it brings along.

Every document is PDF/A-2 (ISO 19005-2), so that it can be kept as issued, and PDF/UA-1 (ISO 14289-1), so that it can be
read aloud. Texts are data and never markup: nothing that a person typed can change the page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import ClassVar, Final

import typst

from engine.errors import AmicaleError

ARCHIVED: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
_LAYOUT = resources.files("workflows.association") / "letters" / "letter.typ"
_NO_GLYPH = "could not be displayed"


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


def typeset(page: Page) -> bytes:
    """The PDF of a page.

    A name in a script that the fonts do not hold (they hold Latin, Greek and Cyrillic) cannot be archived as PDF/A:
    such a page is set as plain PDF, where a box stands for each letter. Raises PageNotSet.
    """
    given = json.dumps(asdict(page), ensure_ascii=False, default=date.isoformat)
    try:
        return _compiled(given, ARCHIVED)
    except typst.TypstError as problem:
        if _NO_GLYPH not in str(problem):
            raise PageNotSet(title=page.title, reason=str(problem)) from problem
    return _compiled(given, ["1.7"])


def _compiled(given: str, standards: list[typst.PDFStandard]) -> bytes:
    made = typst.compile(
        _layout(), format="pdf", sys_inputs={"page": given}, ignore_system_fonts=True, pdf_standards=standards
    )
    if not isinstance(made, bytes):
        raise TypeError("one document is asked for, and one is made")
    return made


@cache
def _layout() -> bytes:
    return _LAYOUT.read_bytes()
