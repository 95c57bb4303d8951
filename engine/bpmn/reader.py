"""From the bytes of a file to processes that run as drawn, or a refusal that names every reason (dialect §14)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from engine.bpmn.camunda7 import NAMESPACE, settings_of_camunda_7
from engine.bpmn.contents import check_contents
from engine.bpmn.dataflow import drop_data_flow
from engine.bpmn.definitions import Definitions
from engine.bpmn.elements import names_by_language, read_elements
from engine.bpmn.errors import DiagramRefused
from engine.bpmn.gate import check_process
from engine.bpmn.graph import Graph
from engine.bpmn.lint import lint, of_cases
from engine.bpmn.model import Element
from engine.bpmn.normalise import MAX_ELEMENTS, normalise
from engine.bpmn.parts import properties_of
from engine.bpmn.process import Diagram, ProcessSpec
from engine.bpmn.refusals import error, warning
from engine.bpmn.sites import Sites
from engine.bpmn.starts import starts_of
from engine.bpmn.strays import check_strays
from engine.bpmn.structure import check_ids, check_structure
from engine.bpmn.supported import ELEMENTS
from engine.bpmn.xml import BPMN, MODELER, ZEEBE, Xml, children, extension, is_in, kind, parse
from engine.calendar import TimeLimits
from engine.feel_calendar import calendar_functions
from engine.findings import Finding
from engine.workdays import WorkCalendar

__all__ = ["read_diagram", "read_stored"]

_OTHERS = {
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://www.jboss.org/drools": "jBPM",
}


def read_diagram(
    xml: bytes, *, name: str, limits: TimeLimits | None = None, functions: Collection[str] | None = None
) -> Diagram:
    """The executable processes of a file.

    Raises DiagramRefused with all findings where anything would not run as drawn. `limits`: how far timers reach.
    `functions`: names that the host adds to FEEL; by default those of the working-day calendar.
    """
    root = parse(xml, name)
    findings = list(_check_file(root))
    if any(finding.is_error for finding in findings):
        raise DiagramRefused(name, findings)
    findings += check_strays(root)
    findings += normalise(root)
    known = tuple(calendar_functions(WorkCalendar())) if functions is None else functions
    definitions = Definitions.of(root, limits or TimeLimits(), known)
    processes = []
    for process in _executable(root):
        if _platform(root) == "Camunda Cloud":
            drop_data_flow(process)
        findings += check_process(process)
        findings += check_contents(process)
        read = read_elements(process, definitions, embedded_forms(process), findings)
        findings += _check_read(process, read, definitions, findings)
        if not any(finding.is_error for finding in findings):
            processes.append(_spec(process, read, definitions.limits))
    if any(finding.is_error for finding in findings):
        raise DiagramRefused(name, _once(findings))
    return Diagram(name, tuple(processes), tuple(_once(findings)))


def read_stored(xml: bytes, *, name: str, limits: TimeLimits, functions: Collection[str] | None = None) -> Diagram:
    """The processes of a file that was let through when it was deployed.

    It is not judged again: what a later release, or a smaller limit, would refuse goes on as it was begun.
    """
    root = parse(xml, name)
    findings = list(normalise(root))
    known = tuple(calendar_functions(WorkCalendar())) if functions is None else functions
    definitions = Definitions.of(root, limits, known)
    processes = []
    for process in _executable(root):
        if _platform(root) == "Camunda Cloud":
            drop_data_flow(process)
        read = read_elements(process, definitions, embedded_forms(process), findings)
        processes.append(_spec(process, read, limits))
    return Diagram(name, tuple(processes), ())


def _check_file(root: Xml) -> Iterator[Finding]:
    if not is_in(root, BPMN) or kind(root) != "definitions":
        yield error("not_bpmn", root=kind(root))
        return
    platform = _platform(root)
    uses_camunda_7 = _uses(root, NAMESPACE)
    if platform == "Camunda Platform" or (platform is None and uses_camunda_7):
        yield error("made_for_camunda_7")
        yield from settings_of_camunda_7(root)
    elif platform not in (None, "Camunda Cloud"):
        yield error("platform_unknown", platform=platform)
    for namespace, tool in _OTHERS.items():
        if _uses(root, namespace):
            yield warning("made_for_other", tool=tool)
    count = sum(1 for process in children(root, "process") for node in process.iter() if kind(node) in ELEMENTS)
    if count > MAX_ELEMENTS:
        yield error("too_many_elements", count=count, limit=MAX_ELEMENTS)
        return
    if not _executable(root):
        yield error("no_process")
    yield from check_ids(root)


def _platform(root: Xml) -> str | None:
    return root.get(f"{{{MODELER}}}executionPlatform")


def _uses(root: Xml, namespace: str) -> bool:
    """Whether an element or attribute of a namespace stands anywhere."""
    if namespace not in (root.nsmap or {}).values():
        return False
    prefix = f"{{{namespace}}}"
    return any(
        is_in(node, namespace) or any(str(name).startswith(prefix) for name in node.attrib) for node in root.iter()
    )


def _executable(root: Xml) -> list[Xml]:
    return [process for process in children(root, "process") if process.get("isExecutable") == "true"]


def _check_read(
    process: Xml, elements: Mapping[str, Element], definitions: Definitions, findings: list[Finding]
) -> Iterator[Finding]:
    """What is wrong with the elements together; what is likely a mistake only where nothing is wrong."""
    sites = Sites(process, findings, definitions.functions)
    properties = properties_of(process)
    for name, value in properties.items():
        if name.startswith("case."):
            sites.text(value, f"property {name}")
    wrong = [*of_cases(process.get("id", ""), properties), *check_structure(process, elements)]
    yield from wrong
    if not any(finding.is_error for finding in [*findings, *wrong]):
        yield from lint(elements)


def _spec(process: Xml, elements: Mapping[str, Element], limits: TimeLimits) -> ProcessSpec:
    properties, process_id = properties_of(process), process.get("id", "")
    tag, documentation = extension(process, "versionTag"), process.find(f"{{{BPMN}}}documentation")
    return ProcessSpec(
        process_id=process_id,
        name=process.get("name") or process_id,
        names=names_by_language(properties),
        version_tag=None if tag is None else tag.get("value"),
        documentation=None if documentation is None else documentation.text,
        properties=properties,
        elements=elements,
        lanes=tuple(lane.get("name", "") for lane in process.iter(f"{{{BPMN}}}lane")),
        start_events=tuple(starts_of(elements, limits)),
        embedded_forms=embedded_forms(process),
        nodes=Graph(process_id, elements, limits),
    )


def embedded_forms(process: Xml) -> dict[str, str]:
    """The forms inside the file, by id (`zeebe:userTaskForm`)."""
    holder = process.find(f"{{{BPMN}}}extensionElements")
    if holder is None:
        return {}
    return {form.get("id", ""): form.text or "" for form in children(holder, "userTaskForm", ZEEBE)}


def _once(findings: list[Finding]) -> list[Finding]:
    """The findings without repetitions, errors first."""
    seen: dict[str, Finding] = {}
    for finding in findings:
        seen.setdefault(finding.message, finding)
    return sorted(seen.values(), key=lambda finding: not finding.is_error)
