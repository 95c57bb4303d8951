"""Events: what is caught, what is thrown, and the ends of a scope."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.activities import Activity
from engine.bpmn.catching import broadcast_inside, throw_escalation
from engine.bpmn.errors import BpmnThrow, Trouble
from engine.bpmn.evaluation import text_of
from engine.bpmn.listening import Branch, open_listeners, open_wait, wait_for_parts
from engine.bpmn.nodes import stand_still
from engine.bpmn.outcome import ElementLeft
from engine.bpmn.tokens import Token
from engine.feel.values import Value

__all__ = ["CatchEvent", "ErrorEnd", "EscalationThrow", "EventGateway", "SignalThrow", "TerminateEnd"]

Result = Mapping[str, Value]


class CatchEvent(Activity):
    """Start, intermediate and boundary events. What was caught already (by a listener) is not waited for again."""

    def work(self, token: Token) -> Result | None:
        event = self.element.event
        if token.taken and event is not None and event.parallel:
            self._wait_for_rest(token)
            return None
        if token.caught is not None:
            return token.caught
        if event is None or event.kind in ("none", "link") or self.element.type == "startEvent":
            return {}
        open_wait(token, event, token)
        return None

    def _wait_for_rest(self, token: Token) -> None:
        """One part has begun the case; what it brought is in sight of the keys of the others."""
        begun, brought = token.taken or (), token.caught or {}
        if brought:
            token.locals = {**(token.locals or {}), **brought}
        wait_for_parts(token, token, without=begun)
        token.taken = None


class SignalThrow(Activity):
    """A signal thrown on the way or at an end: with input mappings these locals travel, else nothing does."""

    def work(self, token: Token) -> Result:
        event = self.element.event
        if event is not None and event.name is not None:
            broadcast_inside(token, text_of(event.name, token, "the name of the signal"), dict(token.locals or {}))
        return {}


class EscalationThrow(Activity):
    """An escalation on the way or at an end."""

    def work(self, token: Token) -> Result:
        event = self.element.event
        code = "" if event is None or event.code is None else text_of(event.code, token, "the escalation code")
        throw_escalation(token, code, dict(token.locals or {}))
        return {}


class ErrorEnd(Activity):
    """An error end event: never goes on by itself; a handler ends the scope, or it is an incident."""

    def work(self, token: Token) -> Result:
        event = self.element.event
        code = "" if event is None or event.code is None else text_of(event.code, token, "the error code")
        raise BpmnThrow(code, "", dict(token.locals or {}))


class TerminateEnd(Activity):
    """Ends everything else in its scope, which then completes (dialect §8)."""

    def _on_complete(self, token: Token) -> None:
        tree = token.workflow
        tree.tell(ElementLeft(token.id, self.element.id))
        if token.scope is not None:
            for other in list(tree.inside(token.scope)):
                if other is not token:
                    tree.discard(other)
        tree.finished(token)


class EventGateway(Activity):
    """Waits for the first of the events behind it; the others are dropped.

    One that begins cases is entered with the branch that happened; a parallel one then waits for all the others.
    """

    def _run_hook(self, token: Token) -> bool | None:
        begun = next((one for one in self.listeners if one.name in (token.taken or ())), None)
        if not isinstance(begun, Branch):
            return super()._run_hook(token)
        self.enter(token)
        if not self.element.takes_all:
            token.taken = (begun.arc.flow.id,)
            return True
        try:
            open_listeners(token, self.listeners, without=(begun.name,))
        except Trouble as trouble:
            stand_still(token, trouble)
            return None
        token.taken = None
        self.send(token, begun.arc, token.caught or {})
        return None

    def work(self, token: Token) -> None:
        """The listeners are the work: they were opened on entering."""

    def _on_complete(self, token: Token) -> None:
        tree = token.workflow
        tree.tell(ElementLeft(token.id, self.element.id))
        for arc in self.chosen(token):
            self.send(token, arc, token.caught or {})
        tree.finished(token)
