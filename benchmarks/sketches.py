"""Diagrams of a wanted size for the benchmarks, with the answers that lead through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["SKETCHES", "Sketch", "elements"]

Answer = tuple[str, Mapping[str, object]]
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="benchmarks">'
)
_BLOCK = 5  # elements of a block: a user task, a choice, its two ways, where they meet


@dataclass(frozen=True, slots=True)
class Sketch:
    """A diagram and the user tasks to complete in turn. `conditions`: FEEL as the yardstick's Python."""

    name: str
    xml: bytes
    answers: Sequence[Answer]
    conditions: Mapping[str, str]


class _Drawing:
    """A process that grows from left to right."""

    def __init__(self) -> None:
        self.parts = ['<startEvent id="begin"/>']
        self.last = "begin"
        self.answers: list[Answer] = []
        self.conditions: dict[str, str] = {}

    def flow(self, source: str, target: str, condition: str = "") -> str:
        """A sequence flow; its id."""
        flow_id = f"{source}__{target}"
        inner = f"<conditionExpression>={condition}</conditionExpression>" if condition else ""
        self.parts.append(
            f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
        return flow_id

    def then(self, element_id: str, text: str) -> None:
        """One more element behind the last."""
        self.parts.append(text)
        self.flow(self.last, element_id)
        self.last = element_id

    def ask(self, element_id: str, **variables: object) -> None:
        """A user task."""
        settings = "<extensionElements><zeebe:userTask/></extensionElements>"
        self.then(element_id, f'<userTask id="{element_id}">{settings}</userTask>')
        self.answers.append((element_id, variables))

    def block(self, number: int) -> None:
        """A user task and a choice by its answer."""
        self.ask(f"ask{number}", n=number)
        fork, yes, no, meet = (f"{name}{number}" for name in ("fork", "yes", "no", "meet"))
        self.then(fork, f'<exclusiveGateway id="{fork}" default="{fork}__{no}"/>')
        self.parts += [f'<intermediateThrowEvent id="{way}"/>' for way in (yes, no)] + [
            f'<exclusiveGateway id="{meet}"/>'
        ]
        even = number % 2 == 0
        self.flow(fork, yes, f"n = {number if even else number + 1}")
        self.conditions[f"=n = {number if even else number + 1}"] = f"n == {number if even else number + 1}"
        for flow in ((fork, no), (yes, meet), (no, meet)):
            self.flow(*flow)
        self.last = meet

    def done(self, name: str) -> Sketch:
        """The diagram with its end event."""
        self.then("finish", '<endEvent id="finish"/>')
        body = f'<process id="{name}" isExecutable="true">{"".join(self.parts)}</process>'
        return Sketch(name, f"{_HEAD}{body}</definitions>".encode(), self.answers, self.conditions)


def elements(count: int) -> Sketch:
    """A chain of user tasks and choices with so many elements."""
    drawing = _Drawing()
    blocks, rest = divmod(count - 2, _BLOCK)
    for number in range(blocks):
        drawing.block(number)
    for number in range(rest):
        drawing.ask(f"last{number}")
    return drawing.done(f"elements_{count}")


def _loop(turns: int) -> Sketch:
    drawing = _Drawing()
    drawing.then("again", '<exclusiveGateway id="again"/>')
    drawing.ask("ask", over=False)
    drawing.then("whether", '<exclusiveGateway id="whether" default="whether__again"/>')
    drawing.flow("whether", "again")
    drawing.parts.append('<intermediateThrowEvent id="close"/>')
    drawing.flow("whether", "close", "over")
    drawing.last = "close"
    drawing.answers = [("ask", {"over": turn == turns - 1}) for turn in range(turns)]
    drawing.conditions["=over"] = "over"
    return drawing.done("loop")


def _many(instances: int, tasks: int) -> Sketch:
    inner = _Drawing()
    for number in range(tasks):
        inner.ask(f"ask{number}")
    inner.then("over", '<endEvent id="over"/>')
    items = ", ".join(str(number) for number in range(instances))
    marker = (
        "<multiInstanceLoopCharacteristics><extensionElements>"
        f'<zeebe:loopCharacteristics inputCollection="=[{items}]"/></extensionElements>'
        "</multiInstanceLoopCharacteristics>"
    )
    body = "".join(inner.parts).replace('"begin', '"inner_begin')
    drawing = _Drawing()
    drawing.then("each", f'<subProcess id="each">{marker}{body}</subProcess>')
    drawing.answers = [answer for answer in inner.answers for _ in range(instances)]
    return drawing.done("multi")


SKETCHES: Mapping[str, Sketch] = {
    "3": elements(3),
    "50": elements(50),
    "400": elements(400),
    "loop": _loop(100),
    "multi": _many(12, 4),
}
