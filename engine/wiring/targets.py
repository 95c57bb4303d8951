"""What a diagram names and nobody has here: work, forms, decisions, processes (dialect §3, §9).

A missing one is an incident when a case comes to it, so it is a warning before: it may be deployed later.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

from engine.bpmn.personal import ANSWER
from engine.bpmn.process import ProcessSpec, Used
from engine.bpmn.refusals import error, warning
from engine.findings import Finding
from engine.wiring.variables import Surroundings

__all__ = ["check_targets"]


def check_targets(spec: ProcessSpec, around: Surroundings) -> Iterator[Finding]:
    """One warning for each element and what it names in vain; an error where that would let a signature through."""
    yield from _no_question(spec, around)
    known_work = around.registry.types()
    for type_, elements in spec.job_types_used.items():
        if type_ not in around.registry:
            for element_id in elements:
                yield _missing(spec, element_id, "work", type_, known_work)
    for what, used, known in (
        ("form", spec.forms_used, around.answers),
        ("decision", spec.decisions_called, around.decisions),
        ("process", spec.called_processes, around.processes),
    ):
        yield from _unknown(spec, what, used, known)


def _no_question(spec: ProcessSpec, around: Surroundings) -> Iterator[Finding]:
    """Errors: a question that only the person may answer, which the task's form does not ask."""
    asked = {one.element: one.id for one in spec.forms_used}
    for element in spec.elements.values():
        key, form = element.properties.get(ANSWER), asked.get(element.id)
        known = None if form is None else around.questions.get(form)
        if key is not None and known is not None and key not in known:
            params = {"name": form, "question": key, "known": ", ".join(sorted(known)) or "–"}
            yield error("personal_no_question", element.id, element.name, **params)


def _unknown(spec: ProcessSpec, what: str, used: Collection[Used], known: Collection[str]) -> Iterator[Finding]:
    for one in used:
        if one.id not in known:
            yield _missing(spec, one.element, what, one.id, known)


def _missing(spec: ProcessSpec, element_id: str, what: str, name: str, known: Collection[str]) -> Finding:
    element = spec.elements[element_id]
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.75)
    code = f"missing_{what}" if not near else "missing_near"
    params = {"what": what, "nearest": near[0]} if near else {}
    return warning(code, element.id, element.name, name=name, **params)
