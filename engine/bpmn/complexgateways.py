"""The complex gateway (BPMN 2.0, 13.4.5): goes on when its condition says so, then takes in the late tokens."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import Trouble
from engine.bpmn.evaluation import condition
from engine.bpmn.gateways import LateJoin
from engine.bpmn.nodes import stand_still
from engine.bpmn.tokens import Token
from engine.feel.values import Value

__all__ = ["ComplexGateway"]


class ComplexGateway(LateJoin):
    """Waiting for its start, it asks its condition at every arrival; then it waits for its reset.

    The reset is a token of its own, so that the scope does not end before: `taken` holds the flows of the first
    phase. It waits for one token of each other flow, as long as one can come, and takes the flows whose condition is
    true while `waitingForStart` is false; where nothing is conditional it takes none.
    """

    def _update_hook(self, token: Token) -> bool:
        if super()._update_hook(token):
            return True
        self._arrived(token)
        return False

    def _arrived(self, token: Token) -> None:
        reset = self._reset_of(token)
        if reset is not None:
            if not self._missing(reset):
                self.release(reset)
            return
        activation = self.element.activation
        sight = {**token.sight(), "activationCount": Decimal(len(self._waiting(token)))}
        try:
            if activation is not None and condition(activation, token, sight):
                self._activate(token)
        except Trouble as trouble:
            stand_still(token, trouble)
            token._set_state(TaskState.WAITING)

    def _activate(self, token: Token) -> None:
        first, scope = self.firsts(token), token.scope
        self.merge(first)
        if scope is None or (len(first) == len(self.element.incoming) and not self._is_conditional):
            return
        reset = token.workflow.place(self, scope, scope)
        reset.taken = tuple(first)
        reset._set_state(TaskState.WAITING)
        reset.workflow.late_joins[reset.id] = reset

    @property
    def _is_conditional(self) -> bool:
        return any(arc.flow.condition is not None for arc in self.arcs)

    def _reset_of(self, token: Token) -> Token | None:
        """The token that waits for the reset in this scope."""
        for other in token.workflow.late_joins.values():
            if other.task_spec is self and other.scope is token.scope:
                return other
        return None

    def _missing(self, reset: Token) -> set[str]:
        """The flows that brought no token in the first phase, nor since."""
        return set(self.element.incoming) - set(reset.taken or ()) - set(self.firsts(reset))

    def held(self, token: Token) -> set[str]:
        """The flows of the first phase, and those that have brought a token since."""
        return set(self.element.incoming) - self._missing(token)

    def release(self, token: Token) -> None:
        """The reset: what arrived by the other flows is taken in; what came by the same ones waits for a new start."""
        first = set(token.taken or ())
        late = {flow: one for flow, one in self.firsts(token).items() if flow not in first}
        token.workflow.late_joins.pop(token.id, None)
        for other in late.values():
            self.swallow(other)
        token._ready()
        for waiting in list(self._waiting(token)):
            if waiting.is_live and waiting._state == TaskState.WAITING:
                self._arrived(waiting)

    def rejoin(self, token: Token) -> None:
        """A stored token waits here again: for the start, or for the reset."""
        if token.flow is None and token.taken is not None:
            token.workflow.late_joins[token.id] = token
        else:
            super().rejoin(token)

    def retry(self, token: Token) -> None:
        """The activation condition is asked again; a token that was on its way out goes on."""
        if token._state == TaskState.WAITING:
            token.incident = None
            self._arrived(token)
        else:
            super().retry(token)

    def choose(self, token: Token, sight: Mapping[str, Value] | None = None) -> tuple[str, ...] | None:
        is_reset = token.flow is None and token.taken is not None
        sight = {**(token.sight() if sight is None else sight), "waitingForStart": not is_reset}
        if not is_reset:
            return super().choose(token, sight)
        flows = [arc.flow for arc in self.arcs]
        return tuple(flow.id for flow in flows if flow.condition and condition(flow.condition, token, sight))
