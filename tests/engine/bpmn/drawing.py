"""Small diagrams as text, for the tests."""

from __future__ import annotations

from itertools import pairwise

from engine.bpmn import Diagram, ProcessSpec, read_diagram
from engine.calendar import TimeLimits

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 xmlns:modeler="http://camunda.org/schema/modeler/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 id="definitions" targetNamespace="test" modeler:executionPlatform="Camunda Cloud">
"""


def document(body: str, roots: str = "", process_id: str = "p", attributes: str = "") -> bytes:
    """A file with one executable process."""
    process = f'<process id="{process_id}" isExecutable="true" {attributes}>{body}</process>'
    return f"{HEAD}{roots}{process}</definitions>".encode()


def read(body: str, roots: str = "", limits: TimeLimits | None = None) -> Diagram:
    """The diagram of that process."""
    return read_diagram(document(body, roots), name="test", limits=limits)


def spec(body: str, roots: str = "", limits: TimeLimits | None = None) -> ProcessSpec:
    """The one process of the file."""
    return read(body, roots, limits).processes[0]


def flows(*chains: str) -> str:
    """Sequence flows: `flows("a b c", "b d")` are a→b, b→c, b→d. `a -x> b` is not needed: see `when`."""
    found = []
    for chain in chains:
        nodes = chain.split()
        found += [f'<sequenceFlow id="{a}__{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(nodes)]
    return "".join(found)


def when(source: str, target: str, condition: str) -> str:
    """A flow with a condition, written in FEEL without “=”."""
    text = condition.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}">'
        f'<conditionExpression xsi:type="tFormalExpression">={text}</conditionExpression></sequenceFlow>'
    )


def extended(*settings: str) -> str:
    """Extension elements."""
    return f"<extensionElements>{''.join(settings)}</extensionElements>"


def mapping(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """Input and output mappings: target to source."""
    ins = "".join(f'<zeebe:input source="{_quoted(s)}" target="{t}"/>' for t, s in (inputs or {}).items())
    outs = "".join(f'<zeebe:output source="{_quoted(s)}" target="{t}"/>' for t, s in (outputs or {}).items())
    return f"<zeebe:ioMapping>{ins}{outs}</zeebe:ioMapping>"


def user(task_id: str, *settings: str, inner: str = "") -> str:
    """A user task."""
    return f'<userTask id="{task_id}">{extended("<zeebe:userTask/>", *settings)}{inner}</userTask>'


def job(task_id: str, *settings: str, kind: str = "serviceTask", inner: str = "") -> str:
    """A service task whose type is its id."""
    return (
        f'<{kind} id="{task_id}">{extended(f"""<zeebe:taskDefinition type="{task_id}"/>""", *settings)}{inner}</{kind}>'
    )


def script(task_id: str, variable: str, expression: str, inner: str = "") -> str:
    """A script task that sets one variable."""
    setting = f'<zeebe:script expression="={_quoted(expression)}" resultVariable="{variable}"/>'
    return f'<scriptTask id="{task_id}">{extended(setting)}{inner}</scriptTask>'


def start(element_id: str = "start") -> str:
    """A none start event."""
    return f'<startEvent id="{element_id}"/>'


def end(element_id: str = "end", definition: str = "") -> str:
    """An end event."""
    return f'<endEvent id="{element_id}">{definition}</endEvent>'


def gateway(kind: str, element_id: str, default: str = "") -> str:
    """A gateway; `default` is the target of its default flow."""
    attribute = f' default="{element_id}__{default}"' if default else ""
    return f'<{kind}Gateway id="{element_id}"{attribute}/>'


def boundary(element_id: str, attached_to: str, definition: str, interrupting: bool = True, settings: str = "") -> str:
    """A boundary event."""
    return (
        f'<boundaryEvent id="{element_id}" attachedToRef="{attached_to}" cancelActivity="{str(interrupting).lower()}">'
        f"{extended(settings) if settings else ''}{definition}</boundaryEvent>"
    )


def handler(element_id: str, definition: str, body: str, *, interrupting: bool = True) -> str:
    """An event sub-process whose start is `hs`."""
    attribute = "" if interrupting else ' isInterrupting="false"'
    return sub(element_id, f'<startEvent id="hs"{attribute}>{definition}</startEvent>{body}', triggered=True)


def catch(element_id: str, definition: str, settings: str = "") -> str:
    """An intermediate catch event."""
    inner = extended(settings) if settings else ""
    return f'<intermediateCatchEvent id="{element_id}">{inner}{definition}</intermediateCatchEvent>'


def throw(element_id: str, definition: str = "", settings: str = "") -> str:
    """An intermediate throw event."""
    inner = extended(settings) if settings else ""
    return f'<intermediateThrowEvent id="{element_id}">{inner}{definition}</intermediateThrowEvent>'


def timer(kind: str, text: str) -> str:
    """A timer: `timer("Duration", "P1D")`."""
    return f"<timerEventDefinition><time{kind}>{text}</time{kind}></timerEventDefinition>"


def condition(text: str) -> str:
    """The definition of an event that waits until a FEEL expression is true."""
    return f"<conditionalEventDefinition><condition>={text}</condition></conditionalEventDefinition>"


def event(kind: str, ref: str | None = None) -> str:
    """A message, signal, error, escalation or terminate definition."""
    attribute = f' {kind}Ref="{ref}"' if ref else ""
    return f"<{kind}EventDefinition{attribute}/>"


def message(name: str, key: str = "=key") -> str:
    """A message whose id is its name."""
    return (
        f'<message id="{name}" name="{name}"><extensionElements>'
        f'<zeebe:subscription correlationKey="{_quoted(key)}"/></extensionElements></message>'
    )


def root(kind: str, name: str) -> str:
    """A signal, error or escalation whose id and code are its name."""
    code = f' {kind}Code="{name}"' if kind in ("error", "escalation") else ""
    return f'<{kind} id="{name}" name="{name}"{code}/>'


def sub(element_id: str, body: str, *, triggered: bool = False, inner: str = "") -> str:
    """A sub-process."""
    attribute = ' triggeredByEvent="true"' if triggered else ""
    return f'<subProcess id="{element_id}"{attribute}>{inner}{body}</subProcess>'


def many(collection: str, item: str = "item", *, sequential: bool = False, output: tuple[str, str] | None = None,
         until: str = "") -> str:  # fmt: skip
    """A multi-instance marker."""
    out = f' outputCollection="{output[0]}" outputElement="={_quoted(output[1])}"' if output else ""
    condition = f"<completionCondition>={_quoted(until)}</completionCondition>" if until else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><extensionElements>'
        f'<zeebe:loopCharacteristics inputCollection="={_quoted(collection)}" inputElement="{item}"{out}/>'
        f"</extensionElements>{condition}</multiInstanceLoopCharacteristics>"
    )


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
