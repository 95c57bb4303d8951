"""Scenarios as they are written: Gherkin of either language, read by Cucumber's own parser, our sentences in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, cast

from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser

from engine.dmn.golden import SUFFIX as GOLDEN
from engine.errors import Invalid
from webapp.sandbox.phrases import RowTwice, Step, read, written

__all__ = ["SUFFIX", "Scenario", "deployed_of", "scenarios_in", "text_of", "title_of"]

SUFFIX: Final = ".feature"
MOST: Final = 60  # scenarios of a draft
MOST_STEPS: Final = 200  # of one scenario
# What a title is in the other language stands right above it: `# en: Nobody opens the link`.
_SPOKEN: Final = re.compile(r"\s*#\s*(fr|en)\s*:\s*(.*\S)\s*")
_BETWEEN: Final = re.compile(r"\s*[#@]")  # other comments and tags may stand between
_TITLE: Final = re.compile(r"\s*(?:Feature|Fonctionnalité)\s*:(.*)")
_HEADS: Final = {
    "fr": (
        "# language: fr", "Fonctionnalité", "Scénario",
        {"Given": "Étant donné que", "When": "Quand", "Then": "Alors"},
    ),
    "en": ("# language: en", "Feature", "Scenario", {"Given": "Given", "When": "When", "Then": "Then"}),
}  # fmt: skip


class ScenariosUnreadable(Invalid):
    """“{name}” cannot be read as scenarios: line {line}, {reason}"""

    code: ClassVar[str] = "scenarios_unreadable"


class SentenceUnknown(Invalid):
    """“{name}”, line {line}: no sentence of ours is like “{text}”. Choose one of the list."""

    code: ClassVar[str] = "scenario_sentence"


class TooManyScenarios(Invalid):
    """“{name}” is too long: at most {scenarios} scenarios of {steps} steps."""

    code: ClassVar[str] = "scenarios_too_many"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario of a file, its background before it. `names`: its title by language, where a comment says it."""

    file: str
    name: str
    steps: tuple[Step, ...]
    line: int
    names: Mapping[str, str] = field(default_factory=dict)


def scenarios_in(files: Mapping[str, bytes]) -> list[Scenario]:
    """Every scenario of these files, in order. Raises ScenariosUnreadable, SentenceUnknown, TooManyScenarios,
    RowTwice."""
    found = [each for name in sorted(files) if name.endswith(SUFFIX) for each in _file(name, files[name])]
    if len(found) > MOST:
        raise TooManyScenarios(name=found[-1].file, scenarios=MOST, steps=MOST_STEPS)
    return found


def _file(name: str, body: bytes) -> list[Scenario]:
    try:
        read_ = cast("Mapping[str, Any]", Parser().parse(body.decode("utf-8")))
    except UnicodeDecodeError:
        raise ScenariosUnreadable(name=name, line=1, reason="not UTF-8") from None
    except CompositeParserException as broken:
        first = broken.errors[0]
        raise ScenariosUnreadable(name=name, line=first.location["line"], reason=_reason(first)) from None
    except ParserException as broken:
        raise ScenariosUnreadable(name=name, line=broken.location["line"], reason=_reason(broken)) from None
    feature, lines = read_.get("feature") or {}, body.decode("utf-8").splitlines()
    background: tuple[Step, ...] = ()
    found: list[Scenario] = []
    for child in _children(feature):
        part = child.get("background") or child.get("scenario") or {}
        steps = tuple(_step(name, step) for step in part.get("steps", ()))
        if len(steps) > MOST_STEPS:
            raise TooManyScenarios(name=name, scenarios=MOST, steps=MOST_STEPS)
        if "background" in child:
            background = (*background, *steps)
        else:
            line = part["location"]["line"]
            names = _spoken_above(lines, line)
            found.append(Scenario(name, part["name"] or name, (*background, *steps), line, names))
    return found


def title_of(body: bytes, language: str) -> str:
    """What a file of scenarios is called in this language, else as it is titled; "" where it has no title."""
    lines = body.decode(errors="replace").splitlines()
    for number, line in enumerate(lines, 1):
        if (titled := _TITLE.match(line)) is not None:
            return _spoken_above(lines, number).get(language) or titled[1].strip()
    return ""


def _spoken_above(lines: Sequence[str], number: int) -> dict[str, str]:
    """By language, what comments right above this line (from 1) say."""
    found: dict[str, str] = {}
    for line in reversed(lines[: number - 1]):
        said = _SPOKEN.fullmatch(line)
        if said is not None:
            found.setdefault(said[1], said[2])
        elif _BETWEEN.match(line) is None:
            break
    return found


def _reason(broken: ParserException) -> str:
    return str(broken).partition(": ")[2].strip()[:200]


def _children(feature: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Scenarios and backgrounds, those of rules in their place."""
    flat: list[Mapping[str, Any]] = []
    for child in feature.get("children", ()):
        flat += child["rule"]["children"] if "rule" in child else [child]
    return flat


def _step(name: str, step: Mapping[str, Any]) -> Step:
    rows = step.get("dataTable", {}).get("rows", ())
    cells = [[cell["value"] for cell in row["cells"]] for row in rows]
    line, text = step["location"]["line"], step["text"].removeprefix("que ").removeprefix("qu’")
    if any(len(row) != 2 for row in cells):
        raise ScenariosUnreadable(name=name, line=line, reason="a table here has two columns: what, and how much")
    try:
        found = read(text, [(row[0], row[1]) for row in cells], line)
    except RowTwice as twice:
        raise RowTwice(**twice.params, name=name, line=line) from None
    if found is None:
        raise SentenceUnknown(name=name, line=line, text=text[:120])
    return found


def deployed_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What of a draft comes into force: all but scenarios and golden cases."""
    return {name: body for name, body in files.items() if not name.endswith((SUFFIX, GOLDEN))}


def text_of(name: str, steps: Sequence[Step], language: str, turns: Mapping[str, str]) -> str:
    """A scenario as a run by hand leaves it. `turns`: Given, When or Then, by the sentence."""
    head, feature, scenario, words = _HEADS["fr" if language == "fr" else "en"]
    lines = [head, f"{feature}: {name}", "", f"  {scenario}: {name}"]
    for step in steps:
        first, *table = written(step, language)
        lines += [f"    {words[turns[step.key]]} {first}", *table]
    return "\n".join([*lines, ""])
