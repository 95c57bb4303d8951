"""A case: one run of a process in memory. Its verbs advance it; its facts tell what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.activities import Activity
from engine.bpmn.adhoc import AdHocSubProcess
from engine.bpmn.catching import throw_error, throw_escalation
from engine.bpmn.errors import BpmnThrow, TokenGone, Trouble, VariablesTooBig
from engine.bpmn.executionlisteners import PHASES, thrown_by_listener
from engine.bpmn.model import Phase
from engine.bpmn.moving import move, places, skip, within
from engine.bpmn.nodes import stand_still
from engine.bpmn.outcome import CaseEnded, Fact, Failed, Host, IncidentResolved
from engine.bpmn.process import ProcessSpec
from engine.bpmn.scopes import checked, note_change, write
from engine.bpmn.state import read_state, write_state
from engine.bpmn.stepper import Verb
from engine.bpmn.timers import moved_wait
from engine.bpmn.tokens import Token, TokenTree
from engine.bpmn.views import Choice, TokenView, Way, view_of
from engine.bpmn.weight import MAX_WEIGHT
from engine.feel.values import Value

__all__ = ["Case", "Choice", "TokenView", "Way"]

Variables = Mapping[str, Value]


class Case:
    """One run of a process. No verb does I/O; each needs a host, and raises TokenGone where the token waits no more."""

    __slots__ = ("_tree", "spec")

    def __init__(self, spec: ProcessSpec, tree: TokenTree) -> None:
        self.spec = spec
        self._tree = tree

    @classmethod
    def start(
        cls, spec: ProcessSpec, *, variables: Variables, host: Host, start_element: str | None = None,
        called: bool = False, compact: bool = True, at: str | None = None,
    ) -> Case:  # fmt: skip
        """A new case, advanced until it waits. `start_element`: the start event that happened, else the none start.
        `at`: the element at which it begins instead, in the middle of its way (`Graph.place_at`).

        `called`: a call activity waits for it, errors and escalations that it does not catch are told as escaped.
        Raises Invalid where the process has no such start, NoPlaceToBegin.
        """
        tree = TokenTree(spec.nodes, compact=compact)
        tree.called = called
        case = cls(spec, tree)
        starts = spec.nodes.starts_at(start_element) if at is None else (spec.nodes.place_at(at),)
        with case._verb(host):
            spec.nodes.root.begin_case(tree, starts, dict(checked(variables)), midway=at is not None)
        return case

    @classmethod
    def load(cls, spec: ProcessSpec, state: str) -> Case:
        """A stored case, its tokens on the nodes of its (cached) version. Raises StateUnreadable."""
        return cls(spec, read_state(spec.nodes, state))

    def dump(self) -> str:
        """The live part of the case as text: tokens and variables, no diagram."""
        return write_state(self._tree)

    def take_facts(self) -> list[Fact]:
        """What happened since this was last asked, in order."""
        facts = self._tree.facts.copy()
        self._tree.facts.clear()
        return facts

    @property
    def variables(self) -> Variables:
        """The root scope."""
        return self._tree.root.locals or {}

    @property
    def ended(self) -> bool:
        """Whether the last token has ended."""
        return self._tree.ended

    @property
    def tokens(self) -> tuple[TokenView, ...]:
        """The live tokens, oldest first; the root is not among them."""
        return tuple(view_of(token) for token in self._tree.tasks.values() if token.is_live and token.scope is not None)

    def visible(self, token: UUID) -> Variables:
        """The variables that a token sees. Raises TokenGone."""
        return dict(self._live(token).sight())

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The ad-hoc sub-processes at work, oldest first, each with what a person may begin in it now."""
        return tuple(
            Choice(token.id, token.task_spec.element.id, tuple(one.element.id for one in node.enabled(token)))
            for token in self._tree.tasks.values()
            if isinstance(node := token.task_spec, AdHocSubProcess) and token.wait is not None and token.is_live
        )

    def complete_task(self, token: UUID, variables: Variables, host: Host, *, pause: bool = False) -> None:
        """A person completed a user task; the variables are its result.

        `pause`: the case stands right behind it, and goes on with the next verb, at the latest by `resume`.
        """
        self._happened(token, variables, host, "task", pause=pause)

    def fire_timer(self, token: UUID, host: Host) -> None:
        """A timer is due. A recurring one is set again."""
        self._happened(token, {}, host, "timer")

    def pending_timer(self, token: UUID) -> tuple[str, datetime]:
        """The element at which a timer waits, and when it is due."""
        waiting = self._waiting(token, "timer")
        if waiting.wait is None or waiting.wait.due is None:
            raise TokenGone(element=waiting.task_spec.element.id)
        return waiting.task_spec.element.id, waiting.wait.due

    def move_timer(self, token: UUID, due_at: datetime, host: Host) -> None:
        """Sets when a timer is due. It tells no fact: the job is the caller's.

        Of a cycle, the firings up to the new date count as past; the next one keeps the date that it has.
        """
        waiting = self._waiting(token, "timer")
        event, wait = waiting.task_spec.element.event, waiting.wait
        if event is not None and wait is not None:
            waiting.wait = moved_wait(event, wait, due_at, host.environment.zone)

    def deliver(self, token: UUID, payload: Variables, host: Host) -> None:
        """A message or a signal arrived; its variables are a result."""
        self._happened(token, payload, host, "message", "signal")

    def complete_job(self, token: UUID, variables: Variables, host: Host) -> None:
        """The promised work is done."""
        self._happened(token, variables, host, "job")

    def complete_call(self, token: UUID, child_variables: Variables, host: Host) -> None:
        """The called case has ended with these root variables."""
        self._happened(token, child_variables, host, "call")

    def fail_job(self, token: UUID, failed: Failed, host: Host) -> None:
        """The promised work (or the call) gave up: an incident, the token stands still."""
        waiting = self._waiting(token, "job", "call")
        with self._verb(host):
            leaving = _phase(waiting) == "end"
            waiting.wait = None
            trouble = Trouble(failed.kind, failed.code, failed.message, **dict(failed.params))
            stand_still(waiting, trouble, leaving=leaving, written=leaving)

    def throw_error(self, token: UUID, code: str, message: str, variables: Variables, host: Host) -> bool:
        """The promised work or the called case answered with a BPMN error. Answers whether somebody caught it.

        Not caught: a job's is an incident here; a called case's stays an incident there.
        """
        waiting = self._waiting(token, "job", "call")
        thrown = BpmnThrow(code, message, checked(variables))
        phase = _phase(waiting)
        with self._verb(host):
            if phase is not None:
                waiting.wait = None
                stand_still(waiting, thrown_by_listener(code), leaving=phase == "end", written=phase == "end")
                return False
            from_child = waiting.wait is not None and waiting.wait.kind == "call"
            if not from_child:
                waiting.wait = None
            return throw_error(waiting, thrown, from_child=from_child)

    def escalate_call(self, token: UUID, code: str, variables: Variables, host: Host) -> None:
        """The called case escalates, and goes on unless a handler here interrupts the call."""
        waiting = self._waiting(token, "call")
        with self._verb(host):
            throw_escalation(waiting, code, checked(variables))

    def choose(self, token: UUID, element: str, host: Host) -> None:
        """A person begins an element of an ad-hoc sub-process. Raises NotEnabled."""
        scope, node = self._ad_hoc(token)
        with self._verb(host):
            node.choose_inside(scope, element)

    def close_choice(self, token: UUID, host: Host) -> None:
        """A person says that nothing more begins in an ad-hoc sub-process; it ends when what is at work is done."""
        scope, node = self._ad_hoc(token)
        with self._verb(host):
            node.close(scope)

    def retry(self, token: UUID, host: Host) -> None:
        """The step of an incident is done again."""
        standing = self._live(token)
        if standing.incident is None:
            raise TokenGone(element=standing.task_spec.element.id)
        with self._verb(host):
            self._tree.tell(IncidentResolved(standing.id, standing.task_spec.element.id))
            standing.task_spec.retry(standing)

    def way_from(self, tokens: Collection[UUID]) -> Way:
        """What moving these tokens would mean; nothing is moved. Raises TokenGone, NotMovable."""
        found = [self._live(token) for token in tokens]
        names = tuple(node.element.id for node in places(self._tree, found))
        return Way(names, tuple(view_of(token) for token in within(found)))

    def move(self, tokens: Collection[UUID], element: str, host: Host) -> None:
        """A person takes these tokens away and lets one begin at the element. Raises TokenGone, NotMovable,
        NoPlaceToGoOn."""
        with self._verb(host):
            move(self._tree, [self._live(token) for token in tokens], element)

    def skip(self, token: UUID, variables: Variables, host: Host) -> None:
        """A person passes over the step of an incident. Raises TokenGone, NotSkippable, VariableRefused."""
        with self._verb(host):
            skip(self._live(token), checked(variables))

    def resume(self, host: Host) -> None:
        """Goes on after StepBudgetSpent."""
        with self._verb(host, outside=False):
            pass

    def cancel(self, host: Host) -> None:
        """Ends the case with all that is inside."""
        with self._verb(host):
            tree = self._tree
            if tree.ended:
                return
            tree.ended = True
            for child in tree.root.children:
                tree.discard(child)
            tree.root._set_state(TaskState.CANCELLED)
            tree.tell(CaseEnded("canceled", dict(self.variables)))

    def set_variables(self, variables: Variables, host: Host, scope_token: UUID | None = None) -> None:
        """A person corrects variables: of the case, or local to one scope. Raises TokenGone, VariableRefused."""
        names = checked(variables)
        target = self._tree.root if scope_token is None else self._live(scope_token)
        with self._verb(host):
            for name, value in names.items():
                note_change(target, name)[name] = value

    def correct(self, token: UUID, variables: Variables, host: Host) -> None:
        """A person corrects variables where this token sees them: each in the innermost scope that has it, else in the
        case. Raises TokenGone, VariableRefused, VariablesTooBig."""
        names = checked(variables)
        start = self._live(token)
        with self._verb(host):
            try:
                write(start, names)
            except Trouble as too_big:
                raise VariablesTooBig(limit=MAX_WEIGHT) from too_big

    def _happened(self, token: UUID, brought: Variables, host: Host, *kinds: str, pause: bool = False) -> None:
        waiting = self._waiting(token, *kinds)
        variables = checked(brought)
        with self._verb(host, pause=pause):
            phase = _phase(waiting)
            if phase is not None and isinstance(waiting.task_spec, Activity):
                waiting.task_spec.listened(waiting, phase, variables)
            else:
                waiting.task_spec.happened(waiting, variables)

    def _verb(self, host: Host, *, outside: bool = True, pause: bool = False) -> Verb:
        return Verb(self._tree, host, outside=outside, pause=pause)

    def _live(self, token: UUID) -> Token:
        found: Token | None = self._tree.tasks.get(token)
        if found is None or not found.is_live:
            raise TokenGone(element="this element")
        return found

    def _ad_hoc(self, token: UUID) -> tuple[Token, AdHocSubProcess]:
        found = self._waiting(token, "choice")
        node = found.task_spec
        if not isinstance(node, AdHocSubProcess):
            raise TokenGone(element=node.element.id)
        return found, node

    def _waiting(self, token: UUID, *kinds: str) -> Token:
        found = self._live(token)
        if found.wait is None or found.wait.kind not in kinds:
            raise TokenGone(element=found.task_spec.element.id)
        return found


def _phase(token: Token) -> Phase | None:
    """Which execution listener of the token is at work: one before its work or after; None for neither."""
    wait = token.wait
    return next((phase for phase in PHASES if wait is not None and wait.kind == "job" and wait.key == phase), None)
