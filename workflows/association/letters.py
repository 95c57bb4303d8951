"""Letters: one Markdown file a kind and language, `letters/<kind>.<lang>.md`, with `$placeholders`, as mails are.

The head names the title and the line of the date; the body is paragraphs, lists and bold. A line `$table` alone is the
table of amounts. Values stand as they are: what a person typed is never read as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import ClassVar, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token

from engine.errors import Invalid
from workflows.association.mail_templates import LANGUAGES

_FOLDER = resources.files("workflows.association") / "letters"
_TABLE = "$table"
Block: TypeAlias = Mapping[str, object]


class LetterRefused(Invalid):
    """The letter “{letter}” cannot be used in “{lang}”: {reason}."""

    code: ClassVar[str] = "letter_refused"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in one language, before it is filled."""

    kind: str
    lang: str
    title: str
    dated: str
    body: str

    @property
    def placeholders(self) -> frozenset[str]:
        """Every `$name` in it, `$table` aside."""
        named = Template(f"{self.title}\n{self.dated}\n{self.body}").get_identifiers()
        return frozenset(named) - {_TABLE[1:]}


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of text and amount, and their total; every row has two texts. `tall`: rows in which a hand can sign."""

    head: tuple[str, str]
    rows: Sequence[tuple[str, str]]
    total: tuple[str, str]
    tall: bool = False


def load(kind: str, lang: str) -> Letter:
    """Reads a letter. Raises LetterRefused where there is none or its head is not complete."""
    file = _FOLDER / f"{kind}.{lang}.md"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", kind) or lang not in LANGUAGES or not file.is_file():
        raise LetterRefused(letter=kind[:60], lang=lang, reason="there is no such letter")
    head, _, body = file.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    if not fields.get("title") or not fields.get("dated"):
        raise LetterRefused(letter=kind, lang=lang, reason="its head needs title and dated")
    return Letter(kind, lang, fields["title"], fields["dated"], body.strip())


def kinds() -> tuple[str, ...]:
    """Every letter there is, sorted."""
    return tuple(sorted({file.name.split(".")[0] for file in _FOLDER.iterdir() if file.name.endswith(".md")}))


def line(template: str, values: Mapping[str, str]) -> str:
    """A line of the head, filled."""
    return Template(template).substitute(values)


def blocks(letter: Letter, values: Mapping[str, str], table: Table | None = None) -> list[Block]:
    """The body, filled. Raises LetterRefused for a placeholder without value, or a table that is not there."""
    missing = sorted(letter.placeholders - set(values))
    if missing:
        raise LetterRefused(letter=letter.kind, lang=letter.lang, reason=f"no value for {missing[0]}")
    tokens = MarkdownIt("commonmark", {"html": False}).parse(letter.body)
    return list(_blocks(tokens, values, table, letter))


def _blocks(tokens: Sequence[Token], values: Mapping[str, str], table: Table | None, letter: Letter) -> Iterator[Block]:
    items: list[object] = []
    for token in tokens:
        if token.type == "inline" and token.content == _TABLE:
            if table is None:
                raise LetterRefused(letter=letter.kind, lang=letter.lang, reason="it has a table, and none was given")
            yield {"kind": "table", "head": table.head, "rows": table.rows, "total": table.total, "tall": table.tall}
        elif token.type == "inline" and token.level > 1:
            items.append(_runs(token, values))
        elif token.type == "inline":
            yield {"kind": "paragraph", "runs": _runs(token, values)}
        elif token.type == "bullet_list_close":
            yield {"kind": "list", "items": items}
            items = []


def _runs(token: Token, values: Mapping[str, str]) -> list[Block]:
    """Texts and whether they are bold. A `$name` is filled here, after the Markdown was read."""
    strong = False
    found: list[Block] = []
    for child in token.children or ():
        if child.type in ("strong_open", "strong_close"):
            strong = child.type == "strong_open"
        elif child.type in ("softbreak", "hardbreak"):
            found.append({"text": " ", "strong": strong})
        elif child.content:
            found.append({"text": Template(child.content).substitute(values), "strong": strong})
    return found
