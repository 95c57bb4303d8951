"""Golden cases of a draft that no longer come out, because their table was meant to answer otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine import dmn
from engine.dmn.golden import GoldenCasesUnreadable, Outcome, read_cases, run_cases, with_answer
from engine.errors import Invalid, NotFound
from engine.feel import Environment
from engine.feel.errors import NotFeelValue

__all__ = ["AnswerNotWritable", "accepted"]


class AnswerNotWritable(Invalid):
    """The answer of the case “{case}” cannot be written into a file of cases. Download the draft and correct the case
    there."""

    code: ClassVar[str] = "golden_answer_not_writable"


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
