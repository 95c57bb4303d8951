"""Approvals whose answer nothing in the diagram asks: whatever somebody says, the case would go on alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.bpmn import Element, ProcessSpec
from engine.feel import StaticText
from engine.findings import Finding
from engine.registry import Registry
from engine.wiring.variables import Surroundings, names_read
from webapp.studio.changes import facts
from webapp.studio.vocabulary import APPROVAL_ID
from webapp.wiring_checks import processes_in, surroundings_of

__all__ = ["ApprovalsCheck"]

TEMPLATE: Final = "@modelerTemplate"  # the template that the editor made an element by


@dataclass(frozen=True, slots=True)
class ApprovalsCheck:
    """A check of a deployment: of each task that was made by the template of approvals, something reads an answer."""

    registry: Registry

    def __call__(self, files: Mapping[str, bytes]) -> Sequence[Finding]:
        read = processes_in(files)
        around = surroundings_of((spec for specs in read.values() for spec in specs), files, self.registry, ())
        return [
            finding
            for name, specs in read.items()
            for spec in specs
            for finding in _unasked(spec, _approvals(files[name], name), around)
        ]


def _approvals(body: bytes, name: str) -> frozenset[str]:
    parts = facts.parts(body, name)
    return frozenset(id_ for id_, part in parts.items() if part.facts.get(TEMPLATE) == APPROVAL_ID)


def _unasked(spec: ProcessSpec, approvals: frozenset[str], around: Surroundings) -> Iterator[Finding]:
    names = names_read(spec, around) if approvals else None
    if names is None:
        return
    for id_ in approvals & spec.elements.keys():
        element = spec.elements[id_]
        answers = _answers(element, around)
        if answers and not answers & names:
            params = {"variables": ", ".join(sorted(answers))}
            sentence = f"no choice behind it asks for {params['variables']}: whatever is answered, the case goes on"
            yield Finding("warning", "approval_unasked", sentence, params, id_, element.name)


def _answers(element: Element, around: Surroundings) -> frozenset[str]:
    form = element.work.form if element.work is not None else None
    named = form.form_id if form is not None else None
    return around.answers.get(named.text, frozenset()) if isinstance(named, StaticText) else frozenset()
