"""Call activities: a case of another process runs inside this one (dialect §5)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.activities import Activity
from engine.bpmn.evaluation import optional_text, text_of
from engine.bpmn.nodes import begin_wait
from engine.bpmn.outcome import CalledCase
from engine.bpmn.tokens import Token, Wait
from engine.feel.values import Value

__all__ = ["CallActivity"]

Result = Mapping[str, Value]
_NONE: Result = {}


class CallActivity(Activity):
    """A case of another process runs inside this one (dialect §5)."""

    def work(self, token: Token) -> None:
        call = self.element.call
        if call is None:
            return
        process_id = text_of(call.process_id, token, "the called process")
        begin_wait(token, Wait("call", process_id))
        sight = token.sight() if call.to_child else (token.locals or {})
        tag = optional_text(call.version_tag, token, "the version tag")
        token.workflow.tell(CalledCase(token.id, self.element.id, process_id, call.binding, tag, dict(sight)))

    def happened(self, token: Token, brought: Result) -> None:
        """The child has ended with these root variables."""
        token.wait = None
        call = self.element.call
        takes = self.element.outputs or (call is not None and call.to_parent)
        if takes and not self.element.outputs:
            brought = {name: value for name, value in brought.items() if name not in collecting(token)}
        self.go_on(token, brought if takes else _NONE)


def collecting(token: Token) -> frozenset[str]:
    """The output collections of the multi-instance bodies around a token: a called case that was given all variables
    brings back the copy that it was given, which must not replace what others have collected since."""
    names = set()
    at = token.scope
    while at is not None:
        loop = at.task_spec.element.loop
        if at.loop is not None and loop is not None and loop.output:
            names.add(loop.output)
        at = at.scope
    return frozenset(names)
