"""Advancing a case: runs what is ready until everything waits, within a budget (architecture §4)."""

from __future__ import annotations

from types import TracebackType
from typing import Final

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import Trouble
from engine.bpmn.gateways import release_late_joins, tell_deadlock
from engine.bpmn.listening import fire_conditions
from engine.bpmn.nodes import stand_still
from engine.bpmn.outcome import Host, StepBudgetSpent
from engine.bpmn.tokens import ENDLESS_LOOP, Token, TokenTree

__all__ = ["ENDLESS", "STEP_BUDGET", "Verb", "advance"]

STEP_BUDGET: Final = 500
ENDLESS: Final = 10_000


class Verb:
    """Lends the host to the tree, then advances it, save where it is to `pause`. (A generator made a context manager
    costs three calls more.)"""

    __slots__ = ("pause", "tree")

    def __init__(self, tree: TokenTree, host: Host, *, outside: bool, pause: bool) -> None:
        self.tree, self.pause = tree, pause
        tree.host = host
        if outside:
            tree.without_wait = 0

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None and not self.pause:
                advance(self.tree)
        finally:
            self.tree.host = None


def advance(tree: TokenTree) -> None:
    """Runs ready tokens in the order in which they became ready, until none is left.

    After 500 elements it stops and says so (`Case.resume` goes on). After 10,000 since something outside last
    happened the case has a loop without a wait: one incident tells so, and the whole case stands still, whatever else
    happens to it, until that incident is tried again or what it stands in is ended.
    It stops as well where an escalation has left a called case: the caller may interrupt it.
    """
    spent, tree.pausing = 0, False
    agenda = tree.agenda
    if tree.endless is not None and _stands_still(tree, tree.endless):
        return
    tree.endless = None
    while _has_work(tree):
        token = agenda.popleft()
        if token._state != TaskState.READY:
            continue
        if tree.without_wait >= ENDLESS:
            message = f"{ENDLESS:,} elements ran without a wait: this loop has no end"
            stand_still(token, Trouble("expression", ENDLESS_LOOP, message, count=ENDLESS))
            tree.endless = token
            return
        if spent == STEP_BUDGET or tree.pausing:
            agenda.appendleft(token)
            tree.tell(StepBudgetSpent(caller_first=tree.pausing))
            return
        spent += 1
        tree.without_wait += 1
        token.run()
    tell_deadlock(tree)


def _stands_still(tree: TokenTree, endless: Token) -> bool:
    """Whether the loop without a wait is still there. A condition that turned true may have ended it: it is asked."""
    if tree.changed and tree.conditions:
        fire_conditions(tree)
    return endless.is_live and endless.incident is not None


def _has_work(tree: TokenTree) -> bool:
    """Whether a token is ready; conditions that turned true come first, inclusive joins last."""
    if tree.changed and tree.conditions:
        fire_conditions(tree)
    return bool(tree.agenda) or (bool(tree.late_joins) and release_late_joins(tree))
