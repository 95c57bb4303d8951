"""The variables that a folder of processes knows: who sets them, and what its tables may mean by a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from engine.dmn.golden import GoldenCasesUnreadable, read_cases
from engine.registry import Registry
from forms import FormRefused, read_form
from forms.definition import FormDefinition

__all__ = ["forms_in", "names_around", "set_by_diagrams"]

# Where a diagram names a variable that it sets itself, and the work that may answer more of them.
_SET_BY_DIAGRAM: Final = re.compile(rb'\b(?:target|resultVariable|outputCollection|inputElement)="([^"]+)"')
_WORK: Final = re.compile(rb'<(?:\w+:)?taskDefinition\b[^>]*\btype="([^"]+)"')
_CALLED: Final = re.compile(rb"<(?:\w+:)?calledElement\b")
_DECLARED: Final = re.compile(rb'\bname="case\.variables"\s+value="([^"]*)"')


def names_around(files: Mapping[str, bytes], registry: Registry, golden: Mapping[str, bytes]) -> frozenset[str]:
    """What forms ask, diagrams set or declare, work answers, golden cases give. `golden`: cases by file name."""
    found = {*asked_by_forms(files), *named_by_diagrams(files), *_declared(files), *_given(golden)}
    for type_ in work_in_diagrams(files):
        found |= registry.results_of(type_) or frozenset()
    return frozenset(name.partition(".")[0] for name in found)


def _declared(files: Mapping[str, bytes]) -> Iterator[str]:
    for name, body in files.items():
        if name.endswith(".bpmn"):
            for listed in _DECLARED.findall(body):
                yield from (one.strip() for one in listed.decode(errors="replace").split(",") if one.strip())


def _given(golden: Mapping[str, bytes]) -> Iterator[str]:
    for name, body in golden.items():
        try:
            cases = read_cases(body, name=name).cases
        except GoldenCasesUnreadable:
            continue  # told where the cases are run
        for case in cases:
            yield from case.given


def set_by_diagrams(files: Mapping[str, bytes], registry: Registry) -> set[str] | None:
    """The variables that something else than a form may set; None where that cannot be known."""
    found = named_by_diagrams(files)
    for type_ in work_in_diagrams(files):
        results = registry.results_of(type_)
        if results is None:
            return None
        found |= results
    return None if any(_propagates(body) for body in _diagrams(files)) else found


def named_by_diagrams(files: Mapping[str, bytes]) -> set[str]:
    """The variables that the diagrams among these files set by name."""
    return {name.decode(errors="replace") for body in _diagrams(files) for name in _SET_BY_DIAGRAM.findall(body)}


def work_in_diagrams(files: Mapping[str, bytes]) -> set[str]:
    """The types of the work that they do."""
    return {name.decode(errors="replace") for body in _diagrams(files) for name in _WORK.findall(body)}


def asked_by_forms(files: Mapping[str, bytes]) -> set[str]:
    """The variables that the forms among these files ask. What goes to a record is none."""
    return {key for form in forms_in(files) for key, spec in form.fields.items() if not spec.component.record}


def _diagrams(files: Mapping[str, bytes]) -> list[bytes]:
    return [body for name, body in files.items() if name.endswith(".bpmn")]


def _propagates(body: bytes) -> bool:
    """Whether a call brings every variable of the called process back (Camunda 8: unless it says false)."""
    calls = _CALLED.finditer(body)
    return any(
        b'propagateAllChildVariables="false"' not in body[at.start() : body.find(b">", at.start())] for at in calls
    )


def forms_in(files: Mapping[str, bytes]) -> Iterator[FormDefinition]:
    """The forms among these files; one that is refused is told elsewhere."""
    for name in sorted(files):
        if name.endswith(".form"):
            try:
                yield read_form(files[name], name=name.removesuffix(".form"))
            except FormRefused:
                continue
