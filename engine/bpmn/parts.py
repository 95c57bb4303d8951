"""What the zeebe settings of an element say: mappings, jobs, user tasks, scripts, decisions, calls."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine.bpmn.model import Call, Decision, ExecutionListener, Form, Job, Mapped, Phase, Script, Site, UserWork
from engine.bpmn.sites import Sites
from engine.bpmn.xml import BPMN, ZEEBE, Xml, children, extension
from engine.feel import StaticText

__all__ = [
    "EMBEDDED", "properties_of", "read_activation", "read_call", "read_decision", "read_form", "read_job",
    "read_listeners", "read_mappings", "read_quantity", "read_script", "read_user_work",
]  # fmt: skip

EMBEDDED: Final = "camunda-forms:bpmn:"
_PHASES: Final[Mapping[str, Phase]] = {"start": "start", "end": "end"}
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


def read_mappings(node: Xml, sites: Sites) -> tuple[tuple[Mapped, ...], tuple[Mapped, ...]]:
    """Inputs and outputs, in the order of the file."""
    holder = extension(node, "ioMapping")
    if holder is None:
        return (), ()
    inputs = tuple(
        Mapped(
            sites.text(one.get("source"), "input mapping"), sites.path(one.get("target"), "target of an input mapping")
        )
        for one in children(holder, "input", ZEEBE)
    )
    outputs = tuple(
        Mapped(
            sites.expression(one.get("source"), "output mapping"),
            sites.path(one.get("target"), "target of an output mapping"),
        )
        for one in children(holder, "output", ZEEBE)
    )
    return inputs, outputs


def read_job(node: Xml, sites: Sites) -> Job | None:
    """`zeebe:taskDefinition` with its headers."""
    setting = extension(node, "taskDefinition")
    if setting is None:
        return None
    headers = _headers(node)
    retries = sites.number(setting.get("retries"), "number of retries", 0, 1000)
    return Job(sites.needed(setting.get("type"), "job type"), retries, headers)


def read_listeners(node: Xml, sites: Sites) -> tuple[ExecutionListener, ...]:
    """`zeebe:executionListeners`, in the order of the file."""
    holder = extension(node, "executionListeners")
    if holder is None:
        return ()
    found = []
    for one in children(holder, "executionListener", ZEEBE):
        phase = _PHASES.get(one.get("eventType", ""))
        if phase is None:
            sites.refuse("listener_phase", event=one.get("eventType"))
            continue
        retries = sites.number(one.get("retries"), "number of retries", 0, 1000)
        found.append(ExecutionListener(phase, sites.needed(one.get("type"), "job type"), retries))
    return tuple(found)


def _headers(node: Xml) -> Mapping[str, str]:
    holder = extension(node, "taskHeaders")
    if holder is None:
        return _NO_HEADERS
    return {one.get("key", ""): one.get("value", "") for one in children(holder, "header", ZEEBE) if one.get("key")}


def read_user_work(node: Xml, sites: Sites, embedded: Mapping[str, str]) -> UserWork:
    """Assignment, dates, priority, form and `task.*` properties of a user task."""
    assigned, schedule = extension(node, "assignmentDefinition"), extension(node, "taskSchedule")
    priority = extension(node, "priorityDefinition")
    tasks = tuple(
        (name, site)
        for name, value in properties_of(node).items()
        if name.startswith("task.") and (site := sites.text(value, f"property {name}")) is not None
    )
    return UserWork(
        assignee=sites.text(_get(assigned, "assignee"), "assignee"),
        candidate_groups=sites.text(_get(assigned, "candidateGroups"), "candidate groups"),
        candidate_users=sites.text(_get(assigned, "candidateUsers"), "candidate users"),
        due=sites.text(_get(schedule, "dueDate"), "due date"),
        follow_up=sites.text(_get(schedule, "followUpDate"), "follow-up date"),
        priority=sites.number(_get(priority, "priority"), "priority", 0, 100),
        form=read_form(node, sites, embedded),
        properties=tasks,
    )


def read_form(node: Xml, sites: Sites, embedded: Mapping[str, str]) -> Form | None:
    """`zeebe:formDefinition`; `formKey` names a form embedded in this file, or a page of our own."""
    setting = extension(node, "formDefinition")
    if setting is None:
        return None
    binding, tag = sites.binding(setting)
    form_id = sites.text(setting.get("formId"), "form")
    external = sites.text(setting.get("externalReference"), "form's address")
    key = setting.get("formKey")
    if key and key.startswith(EMBEDDED):
        form_id, binding, tag = StaticText(key), "deployment", None
        if key.removeprefix(EMBEDDED) not in embedded:
            sites.refuse("reference_missing", place="form key", ref=key)
    elif key:
        external = external or sites.text(key, "form key")
    if form_id is None and external is None:
        sites.refuse("value_missing", place="form")
    return Form(form_id, external, binding, tag)


def read_script(node: Xml, sites: Sites) -> Script | None:
    """`zeebe:script`."""
    setting = extension(node, "script")
    if setting is None:
        return None
    result = sites.name(setting.get("resultVariable"), "result variable")
    if result is None and not (setting.get("resultVariable") or "").strip():
        sites.refuse("value_missing", place="result variable")
    return Script(sites.expression(setting.get("expression"), "script"), result)


def read_decision(node: Xml, sites: Sites) -> Decision | None:
    """`zeebe:calledDecision`."""
    setting = extension(node, "calledDecision")
    if setting is None:
        return None
    result = sites.name(setting.get("resultVariable"), "result variable")
    if result is None and not (setting.get("resultVariable") or "").strip():
        sites.refuse("value_missing", place="result variable")
    binding, tag = sites.binding(setting)
    return Decision(sites.needed(setting.get("decisionId"), "called decision"), result or "", binding, tag)


def read_call(node: Xml, sites: Sites) -> Call | None:
    """`zeebe:calledElement`; BPMN's own attribute names a process where the setting is missing."""
    setting = extension(node, "calledElement")
    process_id = _get(setting, "processId") or (node.get("calledElement") if setting is None else None)
    if not (process_id or "").strip():
        sites.refuse("call_empty")
        return None
    if setting is None:
        return Call(sites.needed(process_id, "called process"), True, True, "latest", None)
    binding, tag = sites.binding(setting)
    return Call(
        process_id=sites.needed(process_id, "called process"),
        to_child=setting.get("propagateAllParentVariables", "true") != "false",
        to_parent=setting.get("propagateAllChildVariables", "true") != "false",
        binding=binding,
        version_tag=tag,
    )


def read_activation(node: Xml, sites: Sites) -> Site | None:
    """The activation condition of a complex gateway; one that joins needs it."""
    found = node.find(f"{{{BPMN}}}activationCondition")
    return None if found is None else sites.expression("".join(found.itertext()), "activation condition", plain=True)


def read_quantity(node: Xml, attribute: str, sites: Sites) -> int:
    """How many tokens an activity takes in or gives out."""
    site = sites.number(node.get(attribute), attribute, 1, 100)
    if site is not None and not isinstance(site, StaticText):
        sites.refuse("number_bad", place=attribute, text=node.get(attribute), low=1, high=100)
    return int(site.text) if isinstance(site, StaticText) else 1


def properties_of(node: Xml) -> dict[str, str]:
    """Every `zeebe:property` of an element, as written."""
    holder = extension(node, "properties")
    if holder is None:
        return {}
    return {one.get("name", ""): one.get("value", "") for one in children(holder, "property", ZEEBE)}


def _get(setting: Xml | None, attribute: str) -> str | None:
    return None if setting is None else setting.get(attribute)
