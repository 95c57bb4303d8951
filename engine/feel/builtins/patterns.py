"""XPath patterns (XML Schema part 2, appendix F; XPath functions 5.6.1) rewritten for RE2.

The differences: `[a-z-[aeiou]]` subtracts; `\\i` and `\\c` are characters of XML names; `(?…)` other than `(?:` is
no XPath; the flag `x` drops white space outside classes; `$` is the end, not the end before a line feed.
"""

from __future__ import annotations

import re
from typing import Final

import re2

_NAME_START = r":A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}"
_NAME_CHARACTER = _NAME_START + r"\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}"
_ESCAPES: Final = {"i": _NAME_START, "c": _NAME_CHARACTER, "d": r"\p{Nd}", "w": r"\p{L}\p{N}\p{M}\p{S}"}
_KNOWN: Final = frozenset("nrtsSdDwWiIcCpP\\|.?*+(){}-[]^$123456789")
_QUANTITY: Final = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_TOP: Final = 0x10FFFF


class UnreadablePattern(Exception):
    """The pattern is not one of XPath."""


def rewritten(pattern: str, *, verbose: bool = False, dot_all: bool = False) -> str:
    """The same pattern for RE2. UnreadablePattern if it is not one of XPath."""
    return _Rewriter(_compacted(pattern) if verbose else pattern, dot_all).all()


def _compacted(pattern: str) -> str:
    """Without the white space outside classes, as the flag `x` wants."""
    kept: list[str] = []
    depth = index = 0
    while index < len(pattern):
        character = pattern[index]
        if depth == 0 and character in " \t\r\n":
            index += 1
            continue
        if character == "\\" and depth:
            kept.append(character)
            index += 1
            character = pattern[index : index + 1]
        elif character in "[]":
            depth = max(0, depth + (1 if character == "[" else -1))
        kept.append(character)
        index += 1
    return "".join(kept)


class _Rewriter:
    def __init__(self, pattern: str, dot_all: bool) -> None:
        self.pattern = pattern
        self.groups = 0
        self.open: list[int] = []
        self.closed: set[int] = set()
        self.dot = "(?s:.)" if dot_all else r"[^\n\r]"
        self.index = 0

    def all(self) -> str:
        parts: list[str] = []
        while self.index < len(self.pattern):
            character = self.pattern[self.index]
            if character == "\\":
                parts.append(self._escape())
            elif character == "[":
                parts.append(self._class())
            elif character in "{}":
                parts.append(self._quantity())
            else:
                if character in "()":
                    self._group(character)
                self.index += 1
                parts.append(self.dot if character == "." else character)
        return "".join(parts)

    def _group(self, character: str) -> None:
        """Note which groups are closed: only those may be referred to."""
        if character == "(":
            capturing = not self.pattern.startswith("(?", self.index)
            if not capturing and not self.pattern.startswith("(?:", self.index):
                raise UnreadablePattern("(?")
            self.groups += capturing
            self.open.append(self.groups if capturing else 0)
        elif self.open:
            self.closed.add(self.open.pop())

    def _quantity(self) -> str:
        found = _QUANTITY.match(self.pattern, self.index)
        if found is None:
            raise UnreadablePattern("{")
        self.index = found.end()
        return found.group()

    def _escape(self) -> str:
        letter = self.pattern[self.index + 1 : self.index + 2]
        if letter not in _KNOWN or not letter:
            raise UnreadablePattern(f"\\{letter}")
        self.index += 2
        if letter in "pP":
            return self._property(letter)
        if letter.isdecimal() and int(letter) not in self.closed:
            raise UnreadablePattern(f"\\{letter}")
        if letter.lower() in _ESCAPES and letter.isalpha():
            return f"[{'^' if letter.isupper() else ''}{_ESCAPES[letter.lower()]}]"
        return "\\" + letter

    def _property(self, letter: str) -> str:
        end = self.pattern.find("}", self.index)
        if not self.pattern.startswith("{", self.index) or end < 0:
            raise UnreadablePattern(f"\\{letter}")
        name, self.index = self.pattern[self.index + 1 : end], end + 1
        block = _BLOCKS.get(name.removeprefix("Is")) if name.startswith("Is") else None
        if block is not None:
            return f"[{'^' if letter == 'P' else ''}{block}]"
        return f"\\{letter}{{{name}}}"

    def _class(self) -> str:
        negated, inside, subtracted = self._class_parts()
        if subtracted is None:
            return f"[{'^' if negated else ''}{inside}]"
        # RE2 cannot subtract: keep the characters of one set that are not in the other.
        return _characters(f"[{'^' if negated else ''}{inside}]", subtracted)

    def _class_parts(self) -> tuple[bool, str, str | None]:
        self.index += 1
        negated = self._take("^")
        parts: list[str] = []
        while self.index < len(self.pattern):
            character = self.pattern[self.index]
            if character == "]" and parts:
                self.index += 1
                return negated, "".join(parts), None
            if self.pattern.startswith("-[", self.index) and parts:
                self.index += 1
                subtracted = self._class()
                if not self._take("]"):
                    break
                return negated, "".join(parts), subtracted
            parts.append(self._class_item(character))
        raise UnreadablePattern("[")

    def _class_item(self, character: str) -> str:
        if character == "\\":
            if self.pattern[self.index + 1 : self.index + 2].isdecimal():
                raise UnreadablePattern("a back-reference within a class")
            return self._inside(self._escape())
        if character == "[":
            raise UnreadablePattern("[")
        self.index += 1
        return "\\" + character if character in "^&~" else character

    @staticmethod
    def _inside(escape: str) -> str:
        """A class of its own, as a part of another."""
        if escape.startswith("[^"):
            raise UnreadablePattern("a negated class within a class")
        return escape[1:-1] if escape.startswith("[") else escape

    def _take(self, character: str) -> bool:
        if not self.pattern.startswith(character, self.index):
            return False
        self.index += 1
        return True


_BLOCKS: Final = {
    "BasicLatin": r"\x{0}-\x{7F}",
    "Latin-1Supplement": r"\x{80}-\x{FF}",
    "LatinExtended-A": r"\x{100}-\x{17F}",
    "LatinExtended-B": r"\x{180}-\x{24F}",
    "Greek": r"\x{370}-\x{3FF}",
    "Cyrillic": r"\x{400}-\x{4FF}",
    "Hebrew": r"\x{590}-\x{5FF}",
    "Arabic": r"\x{600}-\x{6FF}",
    "Hiragana": r"\x{3040}-\x{309F}",
    "Katakana": r"\x{30A0}-\x{30FF}",
}


def _characters(kept: str, dropped: str) -> str:
    """A class with the characters of one class that are not in another."""
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, _TOP + 1))))
    holes = [*_runs(dropped, everything), (len(everything), len(everything))]
    spans: list[str] = []
    for start, end in _runs(kept, everything):
        for hole_start, hole_end in holes:
            if hole_end <= start:
                continue
            if hole_start > start:
                spans.append(_span(everything, start, min(hole_start, end)))
            start = hole_end
            if start >= end:
                break
    return f"[{''.join(spans)}]" if spans else r"[^\x{0}-\x{10FFFF}]"


def _runs(characters: str, everything: str) -> list[tuple[int, int]]:
    return [match.span() for match in re2.finditer(f"{characters}+", everything)]


def _span(everything: str, start: int, end: int) -> str:
    return f"\\x{{{ord(everything[start]):X}}}-\\x{{{ord(everything[end - 1]):X}}}"
