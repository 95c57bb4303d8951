"""Checks of decision tables at every deployment: what their rows lack, and whether they answer their golden cases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine import dmn
from engine.dmn.analysis import analyse
from engine.dmn.golden import GoldenCases, GoldenCasesUnreadable, Outcome, read_cases, run_cases
from engine.dmn.grid import Possible
from engine.feel import Environment
from engine.feel.lexer import quote
from engine.feel.wording import describe
from engine.findings import Finding
from engine.registry import Registry
from forms.definition import Component, expression
from webapp.decision_names import forms_in, names_around, set_by_diagrams


@dataclass(frozen=True, slots=True)
class GoldenCasesCheck:
    """A check of a deployment: every golden case must come out; a red one refuses by name. `cases` by file name."""

    cases: Mapping[str, bytes]
    environment: Environment

    def __call__(self, files: Mapping[str, bytes]) -> Sequence[Finding]:
        """What the tables among these files answer wrongly."""
        models = [*_models(files)]
        return [finding for name in sorted(self.cases) for finding in self._file(name, models)]

    def _file(self, name: str, models: Sequence[dmn.DecisionModel]) -> Iterator[Finding]:
        try:
            cases = read_cases(self.cases[name], name=name)
        except GoldenCasesUnreadable as unreadable:
            yield Finding("error", unreadable.code, unreadable.message, dict(unreadable.params))
            return
        yield from red_cases(name, cases, models, self.environment)


def red_cases(
    name: str, cases: GoldenCases, models: Iterable[dmn.DecisionModel], environment: Environment
) -> Iterator[Finding]:
    """A finding for each case that does not come out, and for cases of a decision that is in none of the models."""
    model = next((each for each in models if cases.decision in each.decisions), None)
    if model is None:
        sentence = f"{name}: there is no decision “{cases.decision}” beside it."
        yield Finding("error", "golden_cases_alone", sentence, {"file": name, "decision": cases.decision})
        return
    for outcome in run_cases(model, cases, environment):
        if not outcome.passed:
            yield _red(name, outcome, model)


def _red(name: str, outcome: Outcome, model: dmn.DecisionModel) -> Finding:
    rows = ", ".join(map(str, outcome.rows)) or "–"
    sentence = (
        f"{name}, case “{outcome.name}”: expected {outcome.expected}, got {outcome.got} (row {rows}). "
        "Correct the table, or the case."
    )
    if outcome.warnings:
        sentence += f" {'; '.join(map(describe, outcome.warnings))}."
    params = {
        "file": name, "case": outcome.name, "names": dict(outcome.names), "expected": outcome.expected,
        "got": outcome.got, "rows": rows,
        "warnings": [{"code": each.code, "params": dict(each.params)} for each in outcome.warnings],
    }  # fmt: skip
    decision = model.decisions[outcome.decision]
    return Finding("error", "golden_case_red", sentence, params, outcome.decision, decision.name)


@dataclass(frozen=True, slots=True)
class TablesCheck:
    """A check of a deployment: tables by their rows, and by what the forms beside them can give. `registry`: the work
    whose results may set what a form asks too. `functions`: those that the host adds to FEEL. `golden`: golden cases
    by file name, whose inputs are known too."""

    registry: Registry
    functions: Collection[str] = ()
    golden: Mapping[str, bytes] = field(default_factory=dict)

    def __call__(self, files: Mapping[str, bytes]) -> Sequence[Finding]:
        """What is wrong with the tables among these files."""
        possible = answers_of_forms(files, self.registry)
        around = names_around(files, self.registry, self.golden)
        return [
            finding
            for model in _models(files)
            for finding in judged(analyse(model, possible=possible, functions=self.functions, around=around))
        ]


def judged(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings about tables, by what follows from them: two rows of a UNIQUE table for one input refuse it.

    The table would answer an error for that input (DMN 8.2.10), and nobody knows which row was meant.
    """
    for finding in findings:
        yield replace(finding, severity="error") if finding.code == "table_overlap" else finding


def _models(files: Mapping[str, bytes]) -> Iterator[dmn.DecisionModel]:
    """The models among these files; what cannot be read is told by the deployment itself."""
    folder = dmn.Folder(files)
    for name in sorted(folder.files):
        try:
            yield folder.model(name)
        except dmn.DmnRefused:
            continue


def all_tables_read(files: Mapping[str, bytes]) -> bool:
    """Whether every file of tables can be read: else what others miss may stand in one that cannot."""
    folder = dmn.Folder(files)
    return len([*_models(files)]) == len(folder.files)


def answers_of_forms(files: Mapping[str, bytes], registry: Registry) -> Mapping[str, Possible]:
    """What the forms among these files can give, for the keys that nothing in the diagrams sets.

    Work that does not declare its results, and called processes without an output mapping, may set anything: beside
    them nothing is said.
    """
    elsewhere = set_by_diagrams(files, registry)
    if elsewhere is None:
        return {}
    answers: dict[str, list[Possible | None]] = {}
    for form in forms_in(files):
        for key, spec in form.fields.items():
            answers.setdefault(key, []).append(_possible(spec.component))
    return {
        key: _either(known)
        for key, found in answers.items()
        if key not in elsewhere and len(known := [each for each in found if each is not None]) == len(found)
    }


def _either(known: Sequence[Possible]) -> Possible:
    """What one or the other form gives."""
    open_ended = any(each.tests == "-" for each in known)
    return Possible("-" if open_ended else ", ".join(each.tests for each in known), all(each.whole for each in known))


def _possible(component: Component) -> Possible | None:
    """What a question can be answered with; None where that is not written in the form."""
    given = component.properties
    if component.record or component.settings.get("options"):
        return None
    if component.type in ("select", "radio") and not given.get("valuesKey") and not given.get("valuesExpression"):
        values = given.get("values")
        texts = [each["value"] for each in values if isinstance(each, Mapping)] if isinstance(values, list) else []
        return (
            Possible(", ".join(map(quote, texts))) if texts and all(isinstance(each, str) for each in texts) else None
        )
    if component.type == "checkbox":
        return Possible("true, false")
    return _number(component) if component.type == "number" else None


def _number(component: Component) -> Possible | None:
    if component.properties.get("serializeToString") is True:
        return None
    ends = [(operator, component.rule(name)) for operator, name in ((">=", "min"), ("<=", "max"))]
    fixed = [(operator, end) for operator, end in ends if end is not None and expression(end) is None]
    tests = " and ".join(f"? {operator} {end}" for operator, end in fixed)
    return Possible(tests or "-", component.properties.get("decimalDigits") == 0)
