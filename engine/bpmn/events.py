"""Events: what is caught, what is thrown, and the ends of a scope."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.activities import Activity
from engine.bpmn.catching import broadcast_inside, throw_escalation
from engine.bpmn.errors import BpmnThrow
from engine.bpmn.evaluation import text_of
from engine.bpmn.listening import open_wait
from engine.bpmn.outcome import ElementLeft
from engine.bpmn.tokens import Token
from engine.feel.values import Value

__all__ = ["CatchEvent", "ErrorEnd", "EscalationThrow", "EventGateway", "SignalThrow", "TerminateEnd"]

Result = Mapping[str, Value]


class CatchEvent(Activity):
    """Start, intermediate and boundary events. What was caught already (by a listener) is not waited for again."""

    def work(self, token: Token) -> Result | None:
        event = self.element.event
        if token.caught is not None:
            return token.caught
        if event is None or event.kind in ("none", "link") or self.element.type == "startEvent":
            return {}
        open_wait(token, event, token)
        return None


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
        if event is not None and event.code is not None:
            throw_escalation(token, text_of(event.code, token, "the escalation code"), dict(token.locals or {}))
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
    """Waits for the first of the events behind it; the others are dropped."""

    def work(self, token: Token) -> None:
        """The listeners are the work: they were opened on entering."""

    def _on_complete(self, token: Token) -> None:
        tree = token.workflow
        tree.tell(ElementLeft(token.id, self.element.id))
        for arc in self.chosen(token):
            self.send(token, arc, token.caught or {})
        tree.finished(token)
