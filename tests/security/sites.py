"""Every place of a diagram that takes an expression, drawn around the one under test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from xml.sax.saxutils import quoteattr

from tests.engine.bpmn.drawing import (
    document,
    end,
    event,
    extended,
    flows,
    gateway,
    message,
    root,
    start,
    user,
)

__all__ = ["SITES", "drawn_at"]

Drawing = tuple[str, str]


def _setting(setting: str, **attributes: str) -> str:
    return f"<zeebe:{setting} {' '.join(f'{key}={quoteattr(value)}' for key, value in attributes.items())}/>"


def _task(*settings: str, kind: str = "userTask", inner: str = "") -> Drawing:
    """A task between two others: one that comes before, one that shows that the case went on."""
    body = f'<{kind} id="site">{extended(*settings)}{inner}</{kind}>'
    return start() + body + user("after") + flows("start site after"), ""


def _mapped(side: str) -> Callable[[str], Drawing]:
    def drawing(text: str) -> Drawing:
        return _task(f"<zeebe:ioMapping>{_setting(side, source=text, target='made')}</zeebe:ioMapping>", kind="task")

    return drawing


def _assigned(attribute: str) -> Callable[[str], Drawing]:
    return lambda text: _task(_setting("assignmentDefinition", **{attribute: text}))


def _condition(text: str) -> Drawing:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    flow = (
        '<sequenceFlow id="tested" sourceRef="site" targetRef="yes"><conditionExpression>'
        f"{escaped}</conditionExpression></sequenceFlow>"
    )
    body = start() + gateway("exclusive", "site", "after") + user("yes") + user("after") + flows("start site after")
    return body + flow, ""


def _timer(kind: str) -> Callable[[str], Drawing]:
    def drawing(text: str) -> Drawing:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        wait = f"<timerEventDefinition><time{kind}>{escaped}</time{kind}></timerEventDefinition>"
        body = f'<intermediateCatchEvent id="site">{wait}</intermediateCatchEvent>'
        return start() + body + user("after") + flows("start site after"), ""

    return drawing


def _correlated(text: str) -> Drawing:
    waits = f'<intermediateCatchEvent id="site">{event("message", "paid")}</intermediateCatchEvent>'
    key = _setting("subscription", correlationKey=text)
    top = f'<message id="paid" name="paid">{extended(key)}</message>'
    return start() + waits + user("after") + flows("start site after"), top


def _named(text: str) -> Drawing:
    waits = f'<intermediateCatchEvent id="site">{event("message", "paid")}</intermediateCatchEvent>'
    top = message("paid").replace('name="paid"', f"name={quoteattr(text)}")
    return start() + waits + user("after") + flows("start site after"), top


def _signal(text: str) -> Drawing:
    throws = f'<intermediateThrowEvent id="site">{event("signal", "s")}</intermediateThrowEvent>'
    top = root("signal", "s").replace('name="s"', f"name={quoteattr(text)}")
    return start() + throws + user("after") + flows("start site after"), top


def _code(text: str) -> Drawing:
    top = root("error", "e").replace('errorCode="e"', f"errorCode={quoteattr(text)}")
    return start() + end("site", event("error", "e")) + flows("start site"), top


def _loop(place: str) -> Callable[[str], Drawing]:
    def drawing(text: str) -> Drawing:
        collection = {"inputCollection": text if place == "collection" else "=[1, 2]", "inputElement": "item"}
        if place == "output":
            collection |= {"outputCollection": "made", "outputElement": text}
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        until = f"<completionCondition>{escaped}</completionCondition>" if place == "until" else ""
        marker = extended(_setting("loopCharacteristics", **collection)) + until
        marker = f"<multiInstanceLoopCharacteristics>{marker}</multiInstanceLoopCharacteristics>"
        return _task(kind="task", inner=marker)

    return drawing


SITES: Final[Mapping[str, Callable[[str], Drawing]]] = {
    "condition": _condition,
    "script": lambda text: _task(_setting("script", expression=text, resultVariable="made"), kind="scriptTask"),
    "input mapping": _mapped("input"),
    "output mapping": _mapped("output"),
    "assignee": _assigned("assignee"),
    "candidate groups": _assigned("candidateGroups"),
    "due date": lambda text: _task(_setting("taskSchedule", dueDate=text)),
    "priority": lambda text: _task(_setting("priorityDefinition", priority=text)),
    "form": lambda text: _task(_setting("formDefinition", formId=text)),
    "task property": lambda text: _task(
        f"<zeebe:properties>{_setting('property', name='task.instructions', value=text)}</zeebe:properties>"
    ),
    "timer duration": _timer("Duration"),
    "timer date": _timer("Date"),
    "correlation key": _correlated,
    "message name": _named,
    "signal name": _signal,
    "error code": _code,
    "input collection": _loop("collection"),
    "output element": _loop("output"),
    "completion condition": _loop("until"),
    "job type": lambda text: _task(_setting("taskDefinition", type=text), kind="serviceTask"),
    "retries": lambda text: _task(_setting("taskDefinition", type="work", retries=text), kind="serviceTask"),
    "called process": lambda text: _task(_setting("calledElement", processId=text), kind="callActivity"),
    "called decision": lambda text: _task(
        _setting("calledDecision", decisionId=text, resultVariable="made"), kind="businessRuleTask"
    ),
}


def drawn_at(site: str, expression: str) -> bytes:
    """A file with this expression at this place."""
    body, top = SITES[site](f"={expression}")
    return document(body, top)
