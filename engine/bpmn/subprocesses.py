"""Scopes that hold tokens of their own: the process, embedded and event sub-processes, multi-instance bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.activities import Activity
from engine.bpmn.compensation import undo_next
from engine.bpmn.errors import Trouble
from engine.bpmn.listening import Branch, Part, close_listeners, open_listeners
from engine.bpmn.nodes import Node, stand_still
from engine.bpmn.outcome import CaseEnded
from engine.bpmn.tokens import Token, TokenTree
from engine.feel.values import Value

__all__ = ["EventSubProcess", "ProcessScope", "SubProcess"]

_NONE: Mapping[str, Value] = {}


class SubProcess(Activity):
    """An embedded sub-process: a token inside for each of its starts; it ends with the last of them.

    `starts`: the none start event, or every node without incoming flow (BPMN's implicit start).
    """

    starts: Sequence[Node] = ()

    def work(self, token: Token) -> Mapping[str, Value] | None:
        open_listeners(token, self.scope_starts)
        return self.begin(token, self.starts, token.caught)

    def begin(
        self, token: Token, starts: Sequence[Node], caught: Mapping[str, Value] | None
    ) -> Mapping[str, Value] | None:
        """Tokens at the starts; a scope without any is done at once."""
        for node in starts:
            begun = node.owner if isinstance(node, Part | Branch) else node
            inner = token.workflow.place(begun, token, token)
            inner.caught = caught
            inner.taken = None if begun is node else (node.name,)
            begun._update(inner)
        return None if starts else _NONE

    def emptied(self, scope: Token) -> None:
        """Rule 6: a sub-process has no result; without output mappings its locals vanish."""
        if scope.queue is not None:  # it was revived to be undone
            undo_next(scope)
        elif scope.incident is None:
            self.go_on(scope, _NONE)


class EventSubProcess(SubProcess):
    """Runs when its start event happens; what was caught is handed to that start event."""


class ProcessScope(SubProcess):
    """The process instance itself. With its last token the case has ended."""

    def begin_case(
        self, tree: TokenTree, starts: Sequence[Node], variables: dict[str, Value], *, midway: bool = False
    ) -> None:
        """The root token with its variables, and a token at each start.

        A start event with output mappings takes the variables as what it caught; without, they are the case's. Where it
        begins in the middle (`midway`) nothing was caught: what waits there waits.
        """
        root = Token(tree, self, None, TaskState.STARTED)
        tree.task_tree = root
        mapped = not midway and any(node.element.outputs for node in starts)
        root.locals = {} if mapped else variables
        root.caught = variables if mapped else None if midway else {}
        root.taken = tuple(node.name for node in starts)
        root.since = tree.at_hand.now()
        self.retry(root)

    def retry(self, token: Token) -> None:
        """Begins: listens for event sub-processes, then a token at each start. Again, where that was an incident."""
        token.incident = None
        try:
            open_listeners(token, self.scope_starts)
        except Trouble as trouble:
            stand_still(token, trouble)
            return
        graph = token.workflow.spec
        if self.begin(token, [graph.task_specs[name] for name in token.taken or ()], token.caught) is not None:
            self.emptied(token)

    def emptied(self, scope: Token) -> None:
        tree = scope.workflow
        if tree.ended:
            return
        tree.ended = True
        close_listeners(scope)
        scope._set_state(TaskState.COMPLETED)
        tree.tell(CaseEnded("completed", dict(scope.locals or {})))
