"""Golden cases of a draft that no longer come out, because their table was meant to answer otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from engine import dmn
from engine.dmn.golden import SUFFIX, GoldenCasesUnreadable, Outcome, read_cases, run_cases, with_answer, with_names
from engine.errors import Conflict, Invalid, NotFound
from engine.feel import Environment
from engine.feel.equality import equals
from engine.feel.errors import NotFeelValue
from engine.feel.values import to_text
from webapp.studio import table_texts

__all__ = [
    "AnswerChanged",
    "AnswerNotWritable",
    "CaseWithoutName",
    "Shown",
    "accepted",
    "renamed",
    "shown",
    "taken_back",
]
LONGEST: Final = 200  # signs of a name


class AnswerNotWritable(Invalid):
    """The answer of the case “{case}” cannot be written into a file of cases. Download the draft and correct the case
    there."""

    code: ClassVar[str] = "golden_answer_not_writable"


class AnswerChanged(Conflict):
    """The case “{case}” was changed since, or is gone: it expects what somebody wrote, and nothing was taken back."""

    code: ClassVar[str] = "golden_answer_changed"


class CaseWithoutName(Invalid):
    """Case {number} has no name any more. Give it one, in French or in English."""

    code: ClassVar[str] = "golden_case_name"


@dataclass(frozen=True, slots=True)
class Shown:
    """A case in words. `place`: which one of the file, from 0; `passed`: None where its table is not there."""

    place: int
    name: str
    names: Mapping[str, str]
    given: str
    expected: str
    passed: bool | None


def shown(files: Mapping[str, bytes], name: str, environment: Environment, language: str) -> list[Shown]:
    """The cases of a file; none where it cannot be read."""
    try:
        cases = read_cases(files[name], name=name)
    except GoldenCasesUnreadable:
        return []  # its own finding says so
    outcomes = _outcomes(files, name, environment)
    asked, answered = (table_texts.said_of(files, cases.decision, place, language) for place in ("input", "output"))
    return [
        Shown(
            place, case.names.get(language, case.name),
            {spoken: case.names.get(spoken, case.name) for spoken in ("fr", "en")},
            _bare(table_texts.worded(to_text(dict(case.given)), asked)),
            _bare(table_texts.worded(to_text(case.expected), answered)),
            outcomes[place].passed if place < len(outcomes) else None,
        )
        for place, case in enumerate(cases.cases)
    ]  # fmt: skip


def _bare(text: str) -> str:
    """A list of values without its braces; “–” for none."""
    return (text[1:-1] or "–") if text.startswith("{") and text.endswith("}") else text


def renamed(files: Mapping[str, bytes], name: str, names: Sequence[Mapping[str, str]]) -> bytes:
    """The file of cases with other names, one by language for each case. Raises NotFound, CaseWithoutName."""
    plain = [{spoken: " ".join(said.split())[:LONGEST] for spoken, said in each.items()} for each in names]
    bare = next((number for number, each in enumerate(plain, 1) if not any(each.values())), None)
    if bare is not None:
        raise CaseWithoutName(number=bare)
    if name not in files or not name.endswith(SUFFIX):
        raise NotFound(kind="file", id=name)
    try:
        return with_names(files[name], plain)
    except GoldenCasesUnreadable:
        raise NotFound(kind="file", id=name) from None


def taken_back(
    before: Mapping[str, bytes], then: Mapping[str, bytes], now: Mapping[str, bytes], name: str, case: str
) -> bytes:
    """The file of cases as it is `now`, with a case expecting what it expected `before` a save accepted the answer that
    it expects `then`. Raises AnswerChanged."""
    try:
        was, took, is_ = (read_cases(each.get(name, b""), name=name).cases for each in (before, then, now))
    except GoldenCasesUnreadable:
        raise AnswerChanged(case=case) from None
    for old, new in zip(was, took, strict=False):
        if old.name == case and equals(old.expected, new.expected) is not True:
            at = next((at for at, each in enumerate(is_) if each.given == new.given), None)
            if at is not None and equals(is_[at].expected, new.expected) is True:
                return with_answer(now[name], at, old.expected)
    raise AnswerChanged(case=case)


def accepted(files: Mapping[str, bytes], name: str, case: str, environment: Environment) -> bytes:
    """The file of cases of this name with what the table answers now as what must come out of the case: of several of
    one name the first that is red.

    Raises NotFound where no case of this name is red, AnswerNotWritable.
    """
    for place, outcome in enumerate(_outcomes(files, name, environment)):
        if outcome.name == case and not outcome.passed:
            try:
                return with_answer(files[name], place, outcome.answer)
            except NotFeelValue:
                raise AnswerNotWritable(case=case) from None
    raise NotFound(kind="case", id=case)


def _outcomes(files: Mapping[str, bytes], name: str, environment: Environment) -> tuple[Outcome, ...]:
    try:
        cases = read_cases(files.get(name, b""), name=name)
    except GoldenCasesUnreadable:
        return ()  # its own finding says so
    folder = dmn.Folder({each: body for each, body in files.items() if each.endswith(".dmn")})
    for table in sorted(folder.files):
        try:
            model = folder.model(table)
        except dmn.DmnRefused:
            continue
        if cases.decision in model.decisions:
            return tuple(run_cases(model, cases, environment))
    return ()
