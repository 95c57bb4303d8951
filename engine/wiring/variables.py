"""Variables that a diagram reads and nothing writes: a name spelt in two ways, mostly.

Who may write: the start (its form, or what the process declares in `case.variables`), forms of user tasks, scripts,
decisions, mappings, loops, work that declares its results, called processes. Where something may write anything (work
that declares nothing, a message with any payload, a task without a form), nothing is said of the process, unless it
declares what comes from outside: then only work and tasks that declare nothing keep it silent.

Scopes are not told apart: a name that is written anywhere is known everywhere, so that no alarm is false.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.assignment import COMPLETED_BY
from engine.bpmn.model import Element, Form
from engine.bpmn.process import ProcessSpec
from engine.bpmn.refusals import warning
from engine.feel import StaticText
from engine.findings import Finding
from engine.registry import Registry
from engine.wiring.declared import VARIABLES, names_of
from engine.wiring.messages import PUBLISHING
from engine.wiring.readings import of_element, of_properties

__all__ = ["Surroundings", "check_variables", "given_back", "given_by_callers", "names_read"]

_SHOWN: Final = 12
_BY_ENGINE: Final = frozenset(
    {
        "loopCounter", "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances",
        "numberOfTerminatedInstances", "activationCount", "waitingForStart", "item", "error", "errorMessage",
    }
)  # fmt: skip
_NO_PAYLOAD: Final = frozenset({"none", "timer", "conditional", "link", "compensate", "cancel", "terminate"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside a diagram.

    `answers`: by the id of a form, the variables that it asks; `questions`: the keys of all its questions;
    `inputs`: by the id of a decision, what it reads, where it says so; `decisions`: the ids of all;
    `processes`: the other processes, by id; `functions`: the names that the host adds to FEEL.
    """

    registry: Registry
    answers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    inputs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    decisions: frozenset[str] = frozenset()
    processes: Mapping[str, ProcessSpec] = field(default_factory=dict)
    functions: tuple[str, ...] = ()
    questions: Mapping[str, frozenset[str]] = field(default_factory=dict)


class _Anything(Exception):
    """Something may write any variable."""


def check_variables(spec: ProcessSpec, around: Surroundings) -> Iterator[Finding]:
    """One warning for each name that is read and written nowhere, at the first element that reads it."""
    try:
        known = _written(spec, around, frozenset({spec.process_id}))
    except _Anything:
        return
    shown = sorted(known)
    told: set[str] = set(known | _BY_ENGINE)
    for element, text, names in _read(spec, around):
        for name in sorted(names - told):
            told.add(name)
            near = difflib.get_close_matches(name, shown, n=1, cutoff=0.75)
            place = (element.id, element.name) if element is not None else (spec.process_id, spec.name)
            if near:
                yield warning("variable_near", *place, expression=text, variable=name, nearest=near[0])
            else:
                yield warning("variable_unwritten", *place, expression=text, variable=name, known=_listed(shown))


def names_read(spec: ProcessSpec, around: Surroundings) -> frozenset[str] | None:
    """Every name that a diagram and its tables read; None where a table among them does not say what it reads."""
    decisions = (element.decision.decision_id for element in spec.elements.values() if element.decision is not None)
    named = {each.text if isinstance(each, StaticText) else None for each in decisions}
    if named & around.decisions - around.inputs.keys():
        return None
    return frozenset().union(*(names for _, _, names in _read(spec, around)))


def given_back(spec: ProcessSpec, around: Surroundings) -> frozenset[str] | None:
    """The variables that a call of this process may bring back; None where that may be any."""
    try:
        return _written(spec, around, frozenset({spec.process_id}))
    except _Anything:
        return None


def given_by_callers(spec: ProcessSpec, around: Surroundings) -> frozenset[str]:
    """What calls of this process hand over, as far as it is known."""
    try:
        return frozenset(_given_by_callers(spec, around, frozenset({spec.process_id})))
    except _Anything:
        return frozenset()


def _listed(names: list[str]) -> str:
    return (", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")) or "–"


def _read(spec: ProcessSpec, around: Surroundings) -> Iterator[tuple[Element | None, str, frozenset[str]]]:
    for reading in of_properties(spec.properties, around.functions):
        yield None, reading.text, reading.names
    for element in spec.elements.values():
        for reading in of_element(element):
            yield element, reading.text, reading.names
        decision = element.decision.decision_id if element.decision is not None else None
        if isinstance(decision, StaticText) and decision.text in around.inputs:
            yield element, decision.text, around.inputs[decision.text]


def _written(spec: ProcessSpec, around: Surroundings, seen: frozenset[str]) -> frozenset[str]:
    """Every variable that a case may hold. Raises _Anything."""
    declared = names_of(spec.properties, VARIABLES)
    known: set[str] = set(declared or ()) | _given_by_callers(spec, around, seen)
    for element in spec.elements.values():
        known |= _by_drawing(element)
        if element.type == "startEvent" and element.parent is None and element.form is not None:
            known |= _asked(element.form, around, declared is not None)
        known |= _by_result(element, around, declared is not None, seen)
    return frozenset(known)


def _given_by_callers(spec: ProcessSpec, around: Surroundings, seen: frozenset[str]) -> set[str]:
    """What the call activities that lead here hand over. Raises _Anything."""
    found: set[str] = set()
    for caller in around.processes.values():
        for used in caller.called_processes:
            call = caller.elements[used.element].call
            if used.id != spec.process_id or call is None:
                continue
            found |= {one.target[0] for one in caller.elements[used.element].inputs}
            if call.to_child and caller.process_id not in seen:
                found |= _written(caller, around, seen | {caller.process_id})
    return found


def _by_drawing(element: Element) -> set[str]:
    """The names that the diagram itself writes at an element."""
    found = {one.target[0] for one in (*element.inputs, *element.outputs)}
    found |= {one.target for one in (*element.copies_in, *element.copies_out)}
    names = [element.script.result if element.script else None, element.decision.result if element.decision else None]
    if element.loop is not None:
        names += [element.loop.item, element.loop.output, element.loop.items_in, element.loop.output_name]
    names.append(element.properties.get(COMPLETED_BY))
    if element.job is not None:
        names.append(element.job.headers.get("resultVariable"))
    return found | {name for name in names if name}


def _by_result(element: Element, around: Surroundings, is_closed: bool, seen: frozenset[str]) -> frozenset[str]:
    """What comes back from work, people, events and called processes. Raises _Anything."""
    found: set[str] = set()
    for listener in element.heard_by:
        found |= _results(listener.type.text if isinstance(listener.type, StaticText) else None, around)
    if element.outputs:  # the result stays local; only what is mapped leaves
        return frozenset(found)
    if element.job is not None and not (element.job.publishes or "resultVariable" in element.job.headers):
        found |= _results(element.job.type.text if isinstance(element.job.type, StaticText) else None, around)
    elif element.type == "userTask":
        form = element.work.form if element.work is not None else None
        found |= _asked(form, around, is_closed)
    elif element.call is not None:
        found |= _called(element, around, seen)
    elif _brings_payload(element) and not is_closed:
        raise _Anything
    return frozenset(found)


def _brings_payload(element: Element) -> bool:
    if element.type in ("intermediateThrowEvent", "endEvent", "sendTask") or element.event is None:
        return False
    begins = element.type == "startEvent" and element.parent is None
    return any(one.kind not in _NO_PAYLOAD or (begins and one.kind == "conditional") for one in element.event.each)


def _results(type_: str | None, around: Surroundings) -> frozenset[str]:
    if type_ in PUBLISHING:
        return frozenset()
    results = around.registry.results_of(type_) if type_ is not None else None
    if results is None:
        raise _Anything
    return results


def _asked(form: Form | None, around: Surroundings, is_closed: bool) -> frozenset[str]:
    """The keys of a form; a task without one may answer anything, unless the process says what comes from outside."""
    form_id = form.form_id.text if form is not None and isinstance(form.form_id, StaticText) else None
    if form_id in around.answers:
        return around.answers[form_id or ""]
    if is_closed:
        return frozenset()
    raise _Anything


def _called(element: Element, around: Surroundings, seen: frozenset[str]) -> frozenset[str]:
    call = element.call
    if call is None or not call.to_parent:
        return frozenset()
    process_id = call.process_id.text if isinstance(call.process_id, StaticText) else None
    spec = around.processes.get(process_id or "")
    if spec is None:
        raise _Anything
    return frozenset() if spec.process_id in seen else _written(spec, around, seen | {spec.process_id})
