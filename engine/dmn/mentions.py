"""Names that the expressions of a model use and nobody gives: a variable not required, a function that is none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.dmn.errors import place_of
from engine.feel.builtins import BUILTINS
from engine.feel.special import SPECIAL
from engine.findings import Finding

__all__ = ["MESSAGES", "Mention", "unknown_names"]

SHOWN: Final = 40
NEAR: Final = 0.8  # how alike two names are, from 0 to 1
_DIGITS: Final = re.compile(r"\d+")
MESSAGES: Final[Mapping[str, str]] = {
    "decision_name_unknown": "“{unknown}” is not known here. Correct the name, or connect what it stands for — known: "
    "{known}",
    "decision_name_near": "“{unknown}” is a variable that nothing here gives. Correct the name, or leave it if it "
    "comes from outside",
    "decision_function_unknown": "“{unknown}” is no function here. Correct its name",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """What one expression names. `row` (from 1) and `heading` say in which cell, `scope` what is known there.

    `entries`: whether names may be entries of items besides, as in a boxed filter.
    """

    owner: str
    element: str
    row: int
    heading: str
    variables: frozenset[str]
    functions: frozenset[str]
    scope: frozenset[str]
    entries: bool


def unknown_names(
    mentions: Collection[Mention],
    *,
    open_to_all: bool,
    functions: Collection[str] = (),
    around: Collection[str] = (),
) -> Iterator[Finding]:
    """Warnings: these expressions answer null. `functions`: those that the host adds; `open_to_all`: whether the model
    declares no inputs, so that its variables cannot be known. `around`: variables that are known of the case; then a
    name is told that is none of them and looks like one."""
    for mention in mentions:
        callable_ = {*mention.scope, *BUILTINS, *SPECIAL, *functions}
        for name in sorted(mention.functions - callable_):
            yield _finding("decision_function_unknown", mention, name, callable_)
        if mention.entries:
            continue
        for name in sorted(mention.variables - callable_):
            if not open_to_all:
                yield _finding("decision_name_unknown", mention, name, mention.scope)
            elif name not in around and _looks_like_one(name, {*around, *mention.scope}):
                yield _finding("decision_name_near", mention, name, {*around, *mention.scope})


def _looks_like_one(name: str, known: Collection[str]) -> bool:
    """Whether it may be misspelt: `amount2` beside `amount1` is not."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=NEAR)
    return bool(near) and _DIGITS.sub("", near[0]) != _DIGITS.sub("", name)


def _finding(code: str, mention: Mention, name: str, known: Collection[str]) -> Finding:
    near = difflib.get_close_matches(name, known, n=1)
    params: dict[str, object] = {
        "unknown": name, "known": tuple(sorted(known)[:SHOWN]), "nearest": near[0] if near else None,
        "row": mention.row, "heading": mention.heading,
    }  # fmt: skip
    said = MESSAGES[code].format(unknown=name, known=", ".join(sorted(known)[:SHOWN]) or "nothing")
    said = f"{said}; did you mean “{near[0]}”?" if near else said
    place = place_of(params)
    said = said if place is None else place.format(row=mention.row, heading=mention.heading, said=said)
    sentence = f"“{mention.owner}” ({mention.element}): {said}"
    return Finding("warning", code, sentence, params, mention.element or None, mention.owner)
