"""`matches`, `replace` and `split` (DMN 1.5, 10.3.4.3): patterns of XPath, run by RE2 in linear time.

Patterns with back-references, which RE2 has not, go to the `regex` package under a time limit.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import re2
import regex

from engine.feel.builtins.patterns import UnreadablePattern, rewritten
from engine.feel.builtins.signature import builtin, table
from engine.feel.run import Run
from engine.feel.values import Value
from engine.feel.wording import PATTERN_FAULTS

_SECONDS: Final = 0.05
_LONGEST_PATTERN: Final = 1_000
_BACK_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]")
_REPLACEMENT = re.compile(r"(?:[^\\$]|\\[\\$]|\$[0-9])*\Z", re.DOTALL)
_MEMORY: Final = 8 << 20


def _fault(problem: Exception) -> str:
    """What is wrong, as `wording.PATTERN_FAULTS` names it, without the part of the pattern that RE2 repeats."""
    said = problem.args[0] if problem.args else ""
    found = (said.decode(errors="replace") if isinstance(said, bytes) else str(said)).split(":")[0].strip()
    return found if found in PATTERN_FAULTS else "it is no regular expression"


class _Pattern:
    """A compiled pattern of either engine."""

    def __init__(self, pattern: str, flags: str) -> None:
        if len(pattern) > _LONGEST_PATTERN:
            raise UnreadablePattern("it is too long")
        text = regex.escape(pattern) if "q" in flags else rewritten(pattern, verbose="x" in flags, dot_all="s" in flags)
        switches = "".join(flag for flag in "ims" if flag in flags)
        prefix = f"(?{switches})" if switches else ""
        self.slow = bool(_BACK_REFERENCE.search(pattern)) and "q" not in flags
        try:
            self._compiled: Any = regex.compile(prefix + text) if self.slow else self._fast(prefix + text)
        except (re2.error, regex.error) as problem:
            raise UnreadablePattern(_fault(problem)) from None
        self.groups: int = self._compiled.groups
        self.matches_nothing = self._compiled.search("") is not None

    @staticmethod
    def _fast(text: str) -> Any:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        return re2.compile(text, options)

    def found(self, text: str) -> Any:
        """The first match, or None."""
        return self._compiled.search(text, timeout=_SECONDS) if self.slow else self._compiled.search(text)

    def all(self, text: str, run: Run) -> list[Any]:
        """Every match, each two steps of the budget."""
        found = []
        timed = {"timeout": _SECONDS} if self.slow else {}
        for match in self._compiled.finditer(text, **timed):
            run.spend(2)
            found.append(match)
        return found


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> _Pattern:
    if set(flags) - set("smixq"):
        raise UnreadablePattern("a flag is none of s, m, i, x, q")
    return _Pattern(pattern, flags)


def _pattern(run: Run, pattern: str, flags: str | None) -> _Pattern | None:
    try:
        return _compiled(pattern, "".join(sorted(set(flags or ""))))
    except UnreadablePattern as problem:
        run.warn("bad_pattern", pattern=pattern[:100], reason=str(problem))
        return None


def _matches(run: Run, text: str, pattern: str, flags: str | None = None) -> Value:
    compiled = _pattern(run, pattern, flags)
    if compiled is None:
        return None
    try:
        return compiled.found(text) is not None
    except TimeoutError:
        run.warn("budget_exceeded", kind="pattern", limit=_SECONDS)
        return None


def _replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    compiled = _pattern(run, pattern, flags)
    if compiled is None:
        return None
    if compiled.matches_nothing or not (_REPLACEMENT.match(replacement) or "q" in (flags or "")):
        run.warn("bad_pattern", pattern=pattern[:100], reason="it matches the empty text, or “$” stands alone")
        return None
    try:
        matches = compiled.all(text, run)
    except TimeoutError:
        run.warn("budget_exceeded", kind="pattern", limit=_SECONDS)
        return None
    plain = "q" in (flags or "")
    parts, place, size = [], 0, 0
    for match in matches:
        inserted = replacement if plain else _expanded(replacement, match, compiled.groups)
        parts += [text[place : match.start()], inserted]
        place = match.end()
        size += len(inserted)
        if size > run.environment.budget.text:
            run.text("".join(parts))
    return run.text("".join(parts) + text[place:])


def _expanded(replacement: str, match: Any, groups: int) -> str:
    """`$1` is a group, `\\$` and `\\\\` stand for themselves (XPath fn:replace)."""
    parts: list[str] = []
    index = 0
    while index < len(replacement):
        character = replacement[index]
        index += 1
        if character == "\\" and replacement[index : index + 1] in ("$", "\\"):
            parts.append(replacement[index])
            index += 1
        elif character == "$" and replacement[index : index + 1].isdecimal():
            stop = index + 1
            while replacement[stop : stop + 1].isdecimal() and int(replacement[index : stop + 1]) <= groups:
                stop += 1
            group = int(replacement[index:stop])
            parts.append((match.group(group) or "") if group <= groups else "")
            index = stop
        else:
            parts.append(character)
    return "".join(parts)


def _split(run: Run, text: str, delimiter: str) -> Value:
    compiled = _pattern(run, delimiter, None)
    if compiled is None:
        return None
    if compiled.matches_nothing:  # an error of XPath's tokenize
        run.warn("bad_pattern", pattern=delimiter[:100], reason="it matches the empty text, or “$” stands alone")
        return None
    try:
        matches = compiled.all(text, run)
    except TimeoutError:
        run.warn("budget_exceeded", kind="pattern", limit=_SECONDS)
        return None
    parts: list[Value] = []
    place = 0
    for match in matches:
        if match.end() > match.start():
            parts.append(text[place : match.start()])
            place = match.end()
    parts.append(text[place:])
    return run.items(parts)


def found_all(run: Run, text: str, pattern: str) -> Value:
    """Every match of a pattern."""
    compiled = _pattern(run, pattern, None)
    if compiled is None:
        return None
    try:
        found: list[Value] = [match.group(0) for match in compiled.all(text, run)]
    except TimeoutError:
        run.warn("budget_exceeded", kind="pattern", limit=_SECONDS)
        return None
    return run.items(found)


FUNCTIONS: Final = table(
    builtin("matches", ("input: string; pattern: string; [flags]: string?", _matches)),
    builtin("replace", ("input: string; pattern: string; replacement: string; [flags]: string?", _replace)),
    builtin("split", ("string: string; delimiter: string", _split)),
)
