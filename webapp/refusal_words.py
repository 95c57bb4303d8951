"""Refusals in words, in the reader's language: errors, findings of diagrams, tables and forms, and what stands still.

The English templates stand with what is refused: error classes, `engine.bpmn.refusals`, `engine.dmn`, `forms.errors`.
Here is what deployments and incidents add to them, and the words that are put into them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from string import Formatter
from typing import Final

from flask_babel import gettext

from engine.bpmn.refusals import MESSAGES as DIAGRAM
from engine.dmn.analysis import MESSAGES as ROWS
from engine.dmn.errors import IN_CELL, IN_COLUMN, IN_ROW, REASONS, DmnRefused, place_of
from engine.dmn.golden import CASE_REASONS, GoldenCasesUnreadable
from engine.dmn.mentions import MESSAGES as UNKNOWN
from engine.errors import AmicaleError, DeploymentRefused
from engine.feel.wording import MESSAGES as WARNINGS
from engine.feel.wording import PHRASES, Shown
from engine.findings import Finding
from forms import errors as forms
from webapp import refusal_nouns
from webapp.expression_words import NEAREST, OF_ELEMENT, Say, shown
from webapp.failed_work import FAILED_WORK
from webapp.refusal_parts import DEPLOYED, INCIDENTS, NESTED, PARTS

IN_FILE: Final = "{file}: {said}"
DEFECT: Final = "a defect of the software ({name})"
_UNFORESEEN: Final = re.compile(r"[A-Z][a-z]\w*(?:Error|Exception|Timeout)")
SPOT: Final = "line {line}, character {column}: found {found}, expected {expected}"
# Parameters whose words are ours; the others are names that people gave.
WORDED: Final = frozenset(
    {
        "place",
        "type",
        "detail",
        "reason",
        "what",
        "event",
        "wanted",
        "first",
        "second",
        "expected",
        "found",
        "allowed",
        "encoding",
    }
)
_DETAIL: Final = re.compile(r"(.*?)( \d+| \([^()]*\))")
EXPRESSION: Final = "`{expression}`: {said}"
# Errors whose reason is a sentence of its own, by the key `why` of their parameters.
REASONS_OF: Final[Mapping[str, Mapping[str, str]]] = {
    DmnRefused.code: REASONS, GoldenCasesUnreadable.code: CASE_REASONS,
}  # fmt: skip


def form_templates() -> dict[str, str]:
    """The English message of each finding about forms, by code."""
    found, waiting = {}, [forms.Finding]
    while waiting:
        kind = waiting.pop()
        found[kind.code] = _first_paragraph(kind)
        waiting.extend(kind.__subclasses__())
    return found


def error_templates() -> dict[str, str]:
    """The English message of each error, by code."""
    found, waiting = {}, [AmicaleError]
    while waiting:
        kind = waiting.pop()
        found[kind.code] = _first_paragraph(kind)
        waiting.extend(kind.__subclasses__())
    return found


def _first_paragraph(kind: type[Exception]) -> str:
    return inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def templates() -> Iterator[str]:
    """Every text that is said here and not by an error class, for the catalogues."""
    yield from refusal_nouns.templates()
    yield from (IN_FILE, DEFECT, SPOT, EXPRESSION, IN_ROW, IN_CELL, IN_COLUMN, *PHRASES, *PARTS, *FAILED_WORK)
    yield from (
        *DIAGRAM.values(),
        *ROWS.values(),
        *REASONS.values(),
        *CASE_REASONS.values(),
        *DEPLOYED.values(),
        *INCIDENTS.values(),
    )
    yield from form_templates().values()


def error_in_words(error: AmicaleError, say: Say = gettext) -> str:
    """The error's message in the reader's language, with what is put into it."""
    params = dict(error.params)
    if isinstance(error, DeploymentRefused):
        params["summary"] = _summary(error, say)
    return _error(_first_paragraph(type(error)), error.code, params, say)


def _summary(error: DeploymentRefused, say: Say) -> str:
    """The first three errors of a deployment, and how many more there are."""
    told = [finding_in_words(finding, say) for finding in error.findings if finding.is_error]
    more = [say("({count} more)").format(count=len(told) - 3)] if len(told) > 3 else []
    return " ".join([*told[:3], *more])


def _error(template: str, code: str, params: Mapping[str, object], say: Say) -> str:
    words = _words(params, say)
    if (why := REASONS_OF.get(code, {}).get(str(params.get("why")))) is not None:
        words["reason"] = say(why).format_map(words)
        if params.get("nearest"):
            words["reason"] = say(NEAREST).format(said=words["reason"], nearest=params["nearest"])
        place = place_of(params)
        if place is not None:
            words["reason"] = say(place).format_map(Shown({**words, "said": words["reason"]}))
    return say(template).format_map(words)


def finding_in_words(finding: Finding, say: Say = gettext) -> str:
    """What a check of a diagram, a table or a form has found: where, what, how to mend it."""
    template = _template(finding.code)
    if template is None:
        return finding.message
    params = finding.params
    inner = NESTED.get(finding.code)
    words = _words(params, say)
    if (cause := _template(str(params.get("cause")))) is not None:
        words["detail"] = say(cause).format_map(words)
    if inner is not None and "found" in params:
        words[inner] = say(SPOT).format_map(words)
    if finding.code == "start_refused" and (reason := _template(str(params.get("code")))) is not None:
        words["reason"] = say(reason).format_map(words)
    said = _error(template, finding.code, {**params, **words}, say)
    if finding.code in UNKNOWN:
        said = _nearest_and_place(said, params, words, say)
    if causes := _causes(params, say):
        said = f"{said} ({causes})"
    if finding.element_name:
        said = say(OF_ELEMENT).format(name=finding.element_name, said=said)
    in_file = "file" in params and "{file}" not in template and "{name}" not in template
    return say(IN_FILE).format(file=params["file"], said=said) if in_file else said


def finding_told(finding: Finding, say: Say = gettext) -> dict[str, object]:
    """The same for a program: how bad, at which element, which rule, in a sentence."""
    return {
        "severity": finding.severity, "element": finding.element, "code": finding.code,
        "message": finding_in_words(finding, say),
    }  # fmt: skip


def _nearest_and_place(said: str, params: Mapping[str, object], words: Shown, say: Say) -> str:
    """What is said of a name nobody gives, with the nearest name, and the cell in which it stands."""
    if params.get("nearest"):
        said = say(NEAREST).format(said=said, nearest=params["nearest"])
    place = place_of(params)
    return said if place is None else say(place).format_map(Shown({**words, "said": said}))


def _causes(params: Mapping[str, object], say: Say) -> str:
    """What expressions said on the way to a red golden case."""
    kept = params.get("warnings")
    causes = kept if isinstance(kept, list) else []
    templates = [(WARNINGS[str(each["code"])], each["params"]) for each in causes]
    return "; ".join(say(template).format_map(_words(given, say)) for template, given in templates)


def _template(code: str) -> str | None:
    known = (DIAGRAM, ROWS, DEPLOYED, form_templates(), error_templates())
    return next((templates[code] for templates in known if code in templates), None)


def incident_in_words(code: str, params: Mapping[str, object], message: str, say: Say = gettext) -> str:
    """Why a case stands still. `message`: the English sentence that was kept, for codes of other versions."""
    words = _words({"name": params.get("unknown"), "type": params.get("value"), **params}, say)
    template = INCIDENTS.get(code) or WARNINGS.get(code) or error_templates().get(code)
    if template is None:
        return message
    said = say(template).format_map(words)
    placed = "expression" in params and "{expression}" not in template
    return say(EXPRESSION).format(expression=words["expression"], said=said) if placed else said


def reason_in_words(reason: str, say: Say = gettext) -> str:
    """Why an attempt failed: ours in the reader's language, whatever else as it is written.

    A number or a name in brackets at its end is of the other system: “the system answered 503”.
    """
    if (wrong := _of_error(reason, say)) is not None:
        return wrong
    ours = {*PHRASES, *PARTS, *FAILED_WORK}
    ended = _DETAIL.fullmatch(reason)
    said, detail = ended.groups() if ended is not None else (reason, "")
    if reason in ours:
        return say(reason)
    return f"{say(said)}{detail}" if said in ours else reason


def _of_error(reason: str, say: Say) -> str | None:
    """An error of ours as `engine.effects` keeps it, “MandateMissing: …”, or the bare name of an unforeseen one."""
    if (unforeseen := _UNFORESEEN.fullmatch(reason)) is not None:
        return say(DEFECT).format(name=unforeseen[0])
    name, _colon, said = reason.partition(": ")
    template = _templates_by_class().get(name) if said else None
    if template is None or (found := re.fullmatch(_pattern(template), said, re.DOTALL)) is None:
        return None
    return say(template).format_map(Shown({**found.groupdict(), **worded(found.groupdict(), say)}))


def _templates_by_class() -> dict[str, str]:
    """The English message of each error, by the name of its class."""
    found, waiting = {}, [AmicaleError]
    while waiting:
        kind = waiting.pop()
        found[kind.__name__] = _first_paragraph(kind)
        waiting.extend(kind.__subclasses__())
    return found


@lru_cache(maxsize=256)
def _pattern(template: str) -> str:
    """A filled template as a regular expression that finds what was filled in."""
    parts, named = list[str](), set[str]()
    for text, name, _spec, _conversion in Formatter().parse(template):
        parts.append(re.escape(text))
        if name:
            parts.append(f"(?P={name})" if name in named else f"(?P<{name}>.*?)")
            named.add(name)
    return "".join(parts)


def _words(params: Mapping[str, object], say: Say) -> Shown:
    """The parameters as words: those of ours in the reader's language, whatever else as it is written."""
    words = shown({name: value for name, value in params.items() if value is not None}, say)
    words.update(worded(words, say))
    return words


def worded(params: Mapping[str, object], say: Say = gettext) -> dict[str, str]:
    """Those of the parameters whose words are ours, in the reader's language."""
    ours, found = {*PHRASES, *PARTS}, dict[str, str]()
    for name, value in params.items():
        if not isinstance(value, str):
            continue
        if name == "reason":
            found[name] = reason_in_words(value, say)
        elif name == "kind":
            found[name] = refusal_nouns.kind_in_words(value, say)
        elif name == "action":
            found[name] = refusal_nouns.verb_in_words(value, say)
        elif name in WORDED and value in ours:
            found[name] = say(value)
    return found
