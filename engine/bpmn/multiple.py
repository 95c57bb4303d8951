"""Multiple events that throw: every one of their events, in the order of what each of them leaves (BPMN 2.0, 10.5.1).

Signals and escalations go out before what ends the scope (terminate, cancel, error), and after what takes time (a
message, compensation): so all of them are thrown once, though a job may have to be tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from engine.bpmn.activities import Activity, Result
from engine.bpmn.catching import broadcast_inside, throw_escalation
from engine.bpmn.compensation import CancelEnd, CompensationThrow
from engine.bpmn.errors import Trouble
from engine.bpmn.evaluation import optional_text, text_of
from engine.bpmn.events import ErrorEnd, EscalationThrow, SignalThrow, TerminateEnd
from engine.bpmn.model import Element, Event
from engine.bpmn.nodes import Node, stand_still
from engine.bpmn.sending import MessageThrow
from engine.bpmn.tokens import Token
from engine.calendar import TimeLimits

__all__ = ["throwing_all"]

# The last of these that is among the events makes the node; signals go before escalations, which may interrupt.
_ORDER: Final = ("signal", "escalation", "message", "compensate", "terminate", "cancel", "error")


class _ThrowsBefore(Activity):
    """Throws its other events, then does its own."""

    also: tuple[Event, ...] = ()

    def work(self, token: Token) -> Result | None:
        _throw(token, self.also)
        return super().work(token) if token.is_live else None


class _ThrowsAfter(Activity):
    """Throws its other events when its own, which may take time, is done."""

    also: tuple[Event, ...] = ()

    def finish(self, token: Token, result: Result, *, written: bool = False) -> bool | None:
        if not super().finish(token, result, written=written):
            return None
        try:
            _throw(token, self.also)
        except Trouble as trouble:
            token.caught = result
            stand_still(token, trouble, leaving=True, written=True)
            return None
        return True if token.is_live else None


class _Signals(_ThrowsBefore, SignalThrow): ...  # type: ignore[misc]  # it may end its own scope


class _Escalations(_ThrowsBefore, EscalationThrow): ...  # type: ignore[misc]  # it may end its own scope


class _Errors(_ThrowsBefore, ErrorEnd): ...  # type: ignore[misc]  # it may end its own scope


class _Cancels(_ThrowsBefore, CancelEnd): ...  # type: ignore[misc]  # it may end its own scope


class _Terminates(_ThrowsBefore, TerminateEnd): ...


class _Messages(_ThrowsAfter, MessageThrow): ...


class _MessagesAndTerminates(_ThrowsAfter, MessageThrow, TerminateEnd): ...


class _Compensates(_ThrowsAfter, CompensationThrow): ...


_BY_KIND: Final[Mapping[str, Callable[..., Any]]] = {
    "signal": _Signals, "escalation": _Escalations, "message": _Messages, "compensate": _Compensates,
    "terminate": _Terminates, "cancel": _Cancels, "error": _Errors,
}  # fmt: skip


def throwing_all(wf_spec: Any, name: str, element: Element, limits: TimeLimits) -> Node:
    """The node that throws every event of a multiple throw or end event."""
    events = sorted(element.event.parts if element.event is not None else (), key=lambda one: _ORDER.index(one.kind))
    kinds = [one.kind for one in events]
    own = events[-1] if events else Event("none")
    others = tuple(one for one in events[:-1] if one.kind != "message")
    make = _BY_KIND.get(own.kind, Activity)
    if own.kind == "terminate" and "message" in kinds:
        make = _MessagesAndTerminates
    messages = tuple(one for one in events if one.kind == "message")
    shown = Event("multiple", parts=messages) if len(messages) > 1 else messages[0] if messages else own
    node: Node = make(wf_spec, name, replace(element, event=shown), limits)
    if isinstance(node, _ThrowsBefore | _ThrowsAfter):
        node.also = others
    return node


def _throw(token: Token, events: tuple[Event, ...]) -> None:
    """Signals and escalations, with the locals of the token. Raises Trouble before the first of them is thrown."""
    variables = dict(token.locals or {})
    named = [
        (one.kind, text_of(one.name, token, "the name of the signal") if one.name is not None
         else optional_text(one.code, token, "the escalation code") or "")
        for one in events
    ]  # fmt: skip
    for kind, text in named:
        if kind == "signal":
            broadcast_inside(token, text, variables)
        elif token.is_live:
            throw_escalation(token, text, variables)
