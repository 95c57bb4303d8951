"""What of a condition the page itself can judge: a small tree for forms/browser/conditions.js, as FEEL means it.

Understood are `or`, `and`, `not(…)` and brackets around comparisons of an answer with a text, a number, a truth value
or null, and `list contains` of an answer and texts, either way round. A part that names no answer is judged here,
once. Whatever else a condition says, the server alone judges it; it judges the others again too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from forms.dependencies import STRING, paths, touches

Operand = dict[str, str | Sequence[str]]
"""`{"name", "kind", …}` (Asked), `{"text"}`, `{"texts"}` or `{"number"}`."""
Tree = bool | None | str | list["Tree"] | Operand
"""A truth value, an operand, or `[operator, …]` over trees."""

_PATH: Final = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_OPERAND: Final = rf'{_PATH}|-?(?:\d+(?:\.\d+)?|\.\d+)|"[^"\\]*"'
_COMPARISON: Final = re.compile(rf"(?P<left>{_OPERAND})\s*(?P<operator>!=|<=|>=|=|<|>)\s*(?P<right>{_OPERAND})")
_CONTAINS: Final = re.compile(rf'list contains\(\s*(?P<list>{_PATH})\s*,\s*"(?P<text>[^"\\]*)"\s*\)')
_AMONG: Final = re.compile(
    rf'list contains\(\s*\[(?P<texts>\s*"[^"\\]*"(?:\s*,\s*"[^"\\]*")*)\s*\]\s*,\s*(?P<answer>{_PATH})\s*\)'
)
_NOT: Final = re.compile(r"not\s*(?=\()")
_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\w+|.', re.DOTALL)
_LITERALS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}
_OPENS, _CLOSES = "([{", ")]}"
_UNDIVIDED: Final = frozenset(
    "if then else for some every satisfies return function between in instance".split()  # noqa: SIM905  # a sentence
)
"""Words of FEEL beside which `or` and `and` do not stand between whole conditions."""
_BEYOND: Final = re.compile(r"//|/\*|`|\bdate and time\b|\byears and months\b")
_OF_A_ROW: Final = frozenset(["this", "parent", "i", "value"])


class _ServerAlone(Exception):
    """A part of the condition is none that a page can judge."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer as its input holds it: `kind` is text, number, boolean or list.

    `language` is that in which a number is typed, `numbers` are the options whose value is a number and no text.
    """

    name: str
    kind: str
    language: str = ""
    numbers: Sequence[str] = ()

    @property
    def operand(self) -> Operand:
        found: Operand = {"name": self.name, "kind": self.kind}
        if self.kind == "number":
            found["language"] = self.language
        return found | ({"numbers": self.numbers} if self.numbers else {})


@dataclass(frozen=True, slots=True)
class Judging:
    """`asked` are the answers that the page holds, by key; `answers` all keys whose value may still change.

    `settled` evaluates a part that names none of them.
    """

    asked: Mapping[str, Asked]
    answers: frozenset[str]
    settled: Callable[[str], object]

    def condition(self, hide: str) -> list[Tree] | Operand | None:
        """The condition for the page: hide where it is true. None where the server alone judges it, or has."""
        try:
            if _BEYOND.search(STRING.sub('""', hide)):
                return None
            tree = self._whole(hide)
        except _ServerAlone:
            return None
        return tree if isinstance(tree, list | dict) else None

    def _whole(self, text: str) -> Tree:
        for joint in ("or", "and"):
            if len(parts := list(_divided(text, joint))) > 1:
                return _joined(joint, [self._whole(part) for part in parts])
        return self._part(text.strip())

    def _part(self, text: str) -> Tree:
        if not text:
            raise _ServerAlone
        if not self._open(text):
            found = self.settled(text)
            return found if isinstance(found, bool) else None
        if _bracketed(text):
            return self._whole(text[1:-1])
        if (negation := _NOT.match(text)) and _bracketed(text[negation.end() :]):
            return _negated(self._whole(text[negation.end() + 1 : -1]))
        if found := _CONTAINS.fullmatch(text):
            return ["contains", self._answer(found["list"], "list"), {"text": found["text"]}]
        if found := _AMONG.fullmatch(text):
            texts = [each[1:-1] for each in STRING.findall(found["texts"])]
            return ["contains", {"texts": texts}, self._answer(found["answer"])]
        if found := _COMPARISON.fullmatch(text):
            return self._compared(found["operator"], found["left"], found["right"])
        return self._answer(text, "boolean")

    def _open(self, text: str) -> bool:
        """Whether its value may still change on the page."""
        named = paths(text)
        return any(path.split(".")[0] in _OF_A_ROW or any(touches(path, key) for key in self.answers) for path in named)

    def _compared(self, operator: str, left: str, right: str) -> Tree:
        sides: list[Tree] = [self._operand(left), self._operand(right)]
        if operator not in ("=", "!=") and all(map(_is_text, sides)):
            raise _ServerAlone  # texts are ordered by code points
        return [operator, *sides]

    def _operand(self, text: str) -> Tree:
        if text in _LITERALS:
            return _LITERALS[text]
        if text.startswith('"'):
            return {"text": text[1:-1]}
        return {"number": text} if text[0] in "-.0123456789" else self._answer(text)

    def _answer(self, key: str, kind: str = "") -> Operand:
        asked = self.asked.get(key)
        if asked is None or (kind or asked.kind) != asked.kind or (asked.kind == "list") != (kind == "list"):
            raise _ServerAlone
        return asked.operand


def _divided(text: str, joint: str) -> Iterator[str]:
    """The text cut at each `joint` outside of brackets; whole where a word of FEEL reaches over one."""
    cuts: list[tuple[int, int]] = []
    depth = begun = 0
    for found in _WORD.finditer(text):
        word = found[0]
        depth += (word in _OPENS) - (word in _CLOSES)
        if depth == 0 and word in _UNDIVIDED:
            cuts = []
            break
        if depth == 0 and word == joint:
            cuts.append((found.start(), found.end()))
    for start, end in cuts:
        yield text[begun:start]
        begun = end
    yield text[begun:]


def _bracketed(text: str) -> bool:
    """Whether one pair of brackets reaches around the whole."""
    depth = 0
    for found in _WORD.finditer(text):
        depth += (found[0] == "(") - (found[0] == ")")
        if depth == 0:
            return found[0] == ")" and found.end() == len(text)
    return False


def _joined(joint: str, parts: Iterable[Tree]) -> Tree:
    """Three-valued: one part decides alone; what is null stays, what changes nothing goes."""
    decisive = joint == "or"
    kept: list[Tree] = []
    for part in parts:
        if part is decisive:
            return decisive
        if part is not (not decisive):
            kept.append(part)
    if all(part is None for part in kept):
        return None if kept else not decisive
    return [joint, *kept]


def _negated(part: Tree) -> Tree:
    if part is None:
        return None
    return not part if isinstance(part, bool) else ["not", part]


def _is_text(side: Tree) -> bool:
    return isinstance(side, dict) and ("text" in side or side.get("kind") == "text")
