"""Checks of diagrams together with what stands beside them: forms, tables, other processes, the work there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import workflows
from engine import dmn
from engine.bpmn import DiagramRefused, ProcessSpec, read_diagram
from engine.feel_calendar import calendar_functions
from engine.findings import Finding
from engine.registry import Registry
from engine.wiring import Surroundings, check_messages, check_targets, check_variables
from engine.workdays import WorkCalendar
from forms import FormDefinition, FormRefused, read_form
from webapp.mail_text_checks import check_mail_texts

__all__ = ["WiringCheck", "forms_in", "processes_in", "surroundings_of", "wiring_of"]

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class WiringCheck:
    """A check of a deployment. `around`: processes that are deployed beside it."""

    registry: Registry
    around: Sequence[ProcessSpec] = field(default=())

    def __call__(self, files: Files) -> Sequence[Finding]:
        """What the diagrams among these files read and nothing writes, wait for and nothing sends."""
        specs = [spec for found in processes_in(files).values() for spec in found]
        return [finding for each in wiring_of(specs, files, self.registry, self.around).values() for finding in each]


def processes_in(files: Files) -> dict[str, tuple[ProcessSpec, ...]]:
    """The processes of each diagram; one that is refused has none here, and is told elsewhere."""
    read = {name: _read(name, body) for name, body in files.items() if name.endswith(".bpmn")}
    return {name: specs for name, specs in read.items() if specs is not None}


@lru_cache(maxsize=128)
def _read(name: str, body: bytes) -> tuple[ProcessSpec, ...] | None:
    """None where the diagram is refused. Every check asks for all processes around it, which hardly ever change."""
    try:
        return read_diagram(body, name=name).processes
    except DiagramRefused:
        return None


def wiring_of(
    specs: Sequence[ProcessSpec], files: Files, registry: Registry, around: Iterable[ProcessSpec] = ()
) -> dict[str, list[Finding]]:
    """By process id: messages, variables, what is named in vain, mails without text. `files`: those beside them."""
    judged = {spec.process_id for spec in specs}
    others = [spec for spec in around if spec.process_id not in judged]
    surroundings = surroundings_of(specs, files, registry, others)
    known = surroundings.processes
    entries = [entry for name in known if (entry := workflows.entry(name)) is not None]
    found = check_messages(
        specs,
        inbound=frozenset(name for entry in entries for name in entry.inbound_messages),
        outbound=frozenset(name for entry in entries for name in entry.outbound_messages),
        around=others,
    )
    for spec in specs:
        told = (check_targets, check_variables, check_mail_texts)
        found[spec.process_id] += [finding for check in told for finding in check(spec, surroundings)]
    return found


def surroundings_of(
    specs: Iterable[ProcessSpec], files: Files, registry: Registry, others: Iterable[ProcessSpec]
) -> Surroundings:
    """What is known beside the diagrams: the work there is, the forms and tables of these files, all processes."""
    read = dict(_inputs(files))
    forms = list(forms_in(files))
    return Surroundings(
        registry,
        {form.id: _answers(form) for form in forms},
        {name: inputs for name, inputs in read.items() if inputs is not None},
        frozenset(read),
        {spec.process_id: spec for spec in (*others, *specs)},
        tuple(calendar_functions(WorkCalendar())),
        {form.id: frozenset(form.fields) for form in forms},
    )


def _answers(form: FormDefinition) -> frozenset[str]:
    """The variables that a form gives. What goes to a record is none."""
    keys = [key for key, spec in form.fields.items() if not spec.component.record]
    return frozenset(key.partition(".")[0] for key in keys)


def forms_in(files: Files) -> Iterator[FormDefinition]:
    """The forms among the files; one that is refused is told elsewhere."""
    for name, body in files.items():
        if name.endswith(".form"):
            try:
                yield read_form(body, name=name.removesuffix(".form"))
            except FormRefused:
                continue


def _inputs(files: Files) -> Iterator[tuple[str, frozenset[str] | None]]:
    """By decision: the names that it reads; None where its table does not declare them."""
    folder = dmn.Folder(files)
    for name in folder.files:
        try:
            model = folder.model(name)
        except dmn.DmnRefused:
            continue
        for decision_id, decision in model.decisions.items():
            yield decision_id, frozenset(decision.inputs) if model.declares_inputs else None
