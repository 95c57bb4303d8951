"""The ad-hoc sub-process (BPMN 2.0, 10.3.5 and 13.3.5; dialect §3): what is inside begins in any order, or never.

Enabled is every element inside that no flow leads to. Three may choose among them: the list of `zeebe:adHoc` on
entering; a person (`Case.choose`), as often as wanted while it lasts; and where there is no such list and no user task
anywhere inside, so that nobody is at work there, the engine: each once, in the order of the file.

It is over when its completion condition is true after an element inside has completed. Without a condition it is over
when everything that was begun is done, and where a person says so (`Case.close_choice`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.bpmn.activities import Activity, Result
from engine.bpmn.errors import NotEnabled, Trouble
from engine.bpmn.evaluation import condition, value_of
from engine.bpmn.listening import open_listeners
from engine.bpmn.model import AdHoc
from engine.bpmn.nodes import Node, begin_wait
from engine.bpmn.subprocesses import SubProcess
from engine.bpmn.tokens import LoopState, Token, Wait
from engine.bpmn.weight import MAX_TOKENS, check_tokens
from engine.feel.values import Value

__all__ = ["AdHocSubProcess"]

_NONE: Result = {}
_NOTHING_SAID = AdHoc(None, None, sequential=False, cancels_rest=True)


class AdHocSubProcess(SubProcess):
    """`starts` are the enabled elements; the loop state of its token holds what begins by itself, and how many began.

    `by_people`: a user task is inside, so that the engine leaves the choice to people.
    """

    asks_inside = True
    by_people = False

    @property
    def settings(self) -> AdHoc:
        """What the diagram says of it."""
        return self.element.ad_hoc or _NOTHING_SAID

    def work(self, token: Token) -> Result | None:
        chosen = self._chosen(token)
        open_listeners(token, self.scope_starts)
        token.loop = LoopState(list(chosen))
        begin_wait(token, Wait("choice"))
        self._begin_next(token)
        return None

    def _chosen(self, token: Token) -> Sequence[str]:
        """What begins by itself. Raises Trouble where the list of the diagram is none of enabled elements."""
        active = self.settings.active
        enabled = [node.element.id for node in self.starts]
        if active is None:
            return [] if self.by_people or self.settings.of_dialect else enabled
        found = value_of(active, token, "expression")
        names = [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
        unknown = [name for name in names if name not in enabled]
        if not isinstance(found, list) or len(names) < len(found) or unknown:
            message = f"`{active.text}` must be a list of ids of elements that can begin: {', '.join(enabled)}"
            raise Trouble("expression", "not_enabled", message, expression=active.text, known=enabled)
        check_tokens(token.workflow, len(names))
        return names

    def _begin_next(self, token: Token) -> None:
        """What is left to begin by itself: all at once, or the next where nothing else is at work."""
        state = token.loop
        while state is not None and not state.closing and state.next < len(state.items) and token.is_live:
            if self.settings.sequential and token.live:
                return
            name = str(state.items[state.next])
            state.next += 1
            self._place(token, name)

    def _place(self, token: Token, name: str) -> None:
        node = next(node for node in self.starts if node.element.id == name)
        inner = token.workflow.place(node, token, token)
        node._update(inner)

    def enabled(self, token: Token) -> Sequence[Node]:
        """What a person may begin now; nothing while another is at work where they go one after the other."""
        state = token.loop
        if token.wait is None or state is None or state.closing or token.interrupted:
            return ()
        return () if self.settings.sequential and token.live else self.starts

    def choose_inside(self, token: Token, element: str) -> None:
        """A person begins an enabled element. Raises NotEnabled."""
        if token.loop is None or not any(node.element.id == element for node in self.enabled(token)):
            raise NotEnabled(element=element)
        if len(token.workflow.tasks) >= MAX_TOKENS:
            raise NotEnabled(element=element)
        token.loop.items.append(element)
        token.loop.next = len(token.loop.items)
        self._place(token, element)

    def close(self, token: Token) -> None:
        """A person says that nothing more is to begin; what is at work is done first."""
        if token.loop is None or token.wait is None:
            raise NotEnabled(element=self.element.id)
        token.loop.closing = True
        if not token.live:
            self.emptied(token)

    def inner_finishing(self, scope: Token, inner: Token) -> None:
        """Asks the completion condition. Raises Trouble: the element inside stands still."""
        until, state = self.settings.condition, scope.loop
        if state is not None and scope.queue is None and not state.closing and not scope.interrupted:
            state.is_over = until is not None and condition(until, scope, self._counters(scope, state))

    def _counters(self, scope: Token, state: LoopState) -> Mapping[str, Value]:
        """What is in sight of the completion condition, with what is still at work and what is done by now."""
        counted = {"numberOfActiveInstances": scope.live - 1, "numberOfCompletedInstances": state.completed + 1}
        return {**scope.sight(), **{name: Decimal(number) for name, number in counted.items()}}

    def inner_completed(self, scope: Token, inner: Token) -> None:
        """Ends or lets end the rest where the condition said so; else what is next begins."""
        state = scope.loop
        if state is None or scope.queue is not None or not isinstance(inner.task_spec, Activity):
            return
        state.completed += 1
        over, state.is_over = state.is_over, False
        if over:
            state.closing = True
            if self.settings.cancels_rest and not self.settings.sequential:
                for other in list(scope.workflow.inside(scope)):
                    if not other.listening:
                        scope.workflow.discard(other)
        elif not scope.live:
            self._begin_next(scope)

    def emptied(self, scope: Token) -> None:
        state = scope.loop
        if scope.queue is not None or state is None or scope.incident is not None:
            super().emptied(scope)
            return
        is_done = self.settings.condition is None and state.next == len(state.items) > 0
        if state.closing or scope.interrupted or is_done:
            scope.wait = None
            super().emptied(scope)
