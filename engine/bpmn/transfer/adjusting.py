"""The waits of a case that stands on another version: times, names and keys that differ there, new listeners."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.activities import JobTask
from engine.bpmn.errors import Trouble
from engine.bpmn.evaluation import key_text, text_of
from engine.bpmn.executionlisteners import PHASES
from engine.bpmn.listening import Listener, ScopeStart, open_wait
from engine.bpmn.model import Element, Event
from engine.bpmn.nodes import Node, begin_wait
from engine.bpmn.outcome import Host, SubscriptionOpened, TaskOpened, TimerSet
from engine.bpmn.state import read_wait
from engine.bpmn.tokens import Token, TokenTree, Wait
from engine.bpmn.transfer.findings import Obstructed, Shift
from engine.bpmn.transfer.fitness import obstacle, opened
from engine.bpmn.transfer.likeness import same_site, same_work, shape, ways_on
from engine.bpmn.transfer.onlooker import Onlooker
from engine.bpmn.transfer.places import Places
from engine.bpmn.transfer.retiming import by_hand, first_due, retimed, same_timer
from engine.bpmn.usertasks import UserTask

__all__ = ["Adjusting"]


@dataclass(slots=True)
class Adjusting:
    """The tokens of `old` stand on the nodes of the new version in `tree`; their waits follow.

    `former`: the rows of the state to which the case returns, by token: what waited there waits again as it did.
    """

    old: TokenTree
    tree: TokenTree
    places: Places
    host: Host
    former: Mapping[UUID, Mapping[str, Any]]
    children: Mapping[UUID, list[Mapping[str, Any]]]
    shifts: list[Shift] = field(default_factory=list)
    tasks: dict[UUID, TaskOpened] = field(default_factory=dict)  # open tasks that are asked otherwise
    void: set[UUID] = field(default_factory=set)  # tokens whose timers and subscriptions are set anew

    def all(self) -> None:
        """Every token. Raises Obstructed where something cannot be evaluated."""
        for token in list(self.tree.tasks.values()):
            was: Token = self.old.tasks[token.id]
            if token.task_spec is self.places.new.nodes.root or token.is_live:
                self._token(token, was)

    def _token(self, token: Token, was: Token) -> None:
        now, element = token.task_spec, was.task_spec.element
        heard = sum(one.phase == "start" for one in now.element.heard_by)
        if token.wait is not None and token.wait.key not in PHASES and token.heard:
            token.heard = heard
        try:
            self._wait(token, was, element)
            if opened(token):
                self._listeners(token, was)
        except Trouble as trouble:
            raise Obstructed(obstacle("time_wrong", now.element, reason=trouble.code)) from trouble
        if token.is_live and not token.listening and (token.wait is not None or token.incident is not None):
            self._next(token, was)

    # --- what waits already -------------------------------------------------------------------------------------------

    def _wait(self, token: Token, was: Token, element: Element) -> None:
        wait, before = token.wait, element.event
        event: Event | None = token.task_spec.element.event
        if wait is None or token.incident is not None:
            return
        if wait.kind == "timer" and before is not None and event is not None:
            self._timer(token, wait, before, event)
        elif wait.kind in ("message", "signal") and before is not None and event is not None:
            self._subscription(token, wait, before, event)
        elif wait.kind == "condition" and before is not None and event is not None:
            if not same_site(before.condition, event.condition):
                token.wait = Wait("condition")
                self.tree.arrived.add(token.id)
                self.tree.changed = True
        elif wait.kind == "job" and wait.key not in PHASES:
            self._work(token, wait, element)
        elif wait.kind == "task" and not same_work(element, token.task_spec.element):
            self._task(token)

    def _timer(self, token: Token, wait: Wait, before: Event, event: Event) -> None:
        if same_timer(before, event):
            return
        where = token.task_spec.element.id
        returned = self._returned(token, wait, before)
        if returned is not None:
            self._set(token, wait, returned)
        elif by_hand(wait, before, self.host):
            self.shifts.append(Shift("timer_kept", where, token.id, wait.due, wait.due))
        else:
            self._set(token, wait, retimed(token, _sight(token), wait, before, self.host))

    def _returned(self, token: Token, wait: Wait, before: Event) -> Wait | None:
        """The wait as it was before the case moved here, where nothing has become of it since."""
        row = self.former.get(token.id)
        if row is None or "w" not in row or row["n"] != token.task_spec.name:
            return None
        was = read_wait(row["w"])
        moved_since = by_hand(wait, before, self.host) and was.due != wait.due
        return None if was.kind != "timer" or was.number != wait.number or moved_since else was

    def _set(self, token: Token, wait: Wait, now: Wait | None) -> None:
        where = token.task_spec.element.id
        if now is None and not token.listening:  # an event on the way has one firing, and that is to come
            now = Wait("timer", wait.name, "", self.host.now(), wait.anchor, wait.number)
        if now is None:
            self.shifts.append(Shift("timer_gone", where, token.id, wait.due))
            self.void.add(token.id)
            token.wait = None
            self.tree.discard(token)
            return
        token.wait = now
        if now.due is not None and now.due != wait.due:
            self.void.add(token.id)
            self.shifts.append(Shift("timer_moved", where, token.id, wait.due, now.due))
            self.tree.tell(TimerSet(token.id, where, now.due))

    def _subscription(self, token: Token, wait: Wait, before: Event, event: Event) -> None:
        if (same_site(before.name, event.name) and same_site(before.key, event.key)) or event.name is None:
            return
        sight, kind = _sight(token), "message" if event.kind == "message" else "signal"
        name = text_of(event.name, sight, f"the name of the {event.kind}")
        key = key_text(event.key, sight) if event.kind == "message" else ""
        if (name, key) == (wait.name, wait.key):
            return
        where = token.task_spec.element.id
        self.void.add(token.id)
        self.shifts.append(Shift("wait_other", where, token.id, said=(wait.name, wait.key), says=(name, key)))
        token.wait = Wait(wait.kind, name, key)
        self.tree.tell(SubscriptionOpened(token.id, where, "message" if kind == "message" else "signal", name, key))

    def _work(self, token: Token, wait: Wait, element: Element) -> None:
        """The work of a job that waits; the rows say whether it has begun."""
        job, before = token.task_spec.element.job, element.job
        if not isinstance(token.task_spec, JobTask) or job is None or before is None:
            return
        if not same_site(before.type, job.type):
            now = text_of(job.type, token, "the job type")
            self.shifts.append(Shift("work_other", token.task_spec.element.id, token.id, None, None,
                                     (wait.name,), (now,)))  # fmt: skip
            token.wait = Wait("job", now, wait.key)

    def _task(self, token: Token) -> None:
        """What the task would be now, had it been opened by this version at the time."""
        node = token.task_spec
        if isinstance(node, UserTask):
            self.tree.host = Onlooker.at(self.host.environment, token.since or self.host.now())
            try:
                self.tasks[token.id] = node.opening(token)
            finally:
                self.tree.host = self.host

    # --- what listens anew --------------------------------------------------------------------------------------------

    def _listeners(self, owner: Token, was: Token) -> None:
        before = {now.name for one in _all_listeners(was.task_spec) if (now := self._same(one)) is not None}
        returning = {row["n"]: row for row in self.children.get(owner.id, ())} if owner.id in self.former else None
        for listener in _all_listeners(owner.task_spec):
            if not listener.waits_outside or listener.name in before:
                continue
            if returning is None:
                self._open(owner, listener, None)
            elif listener.name in returning:
                self._open(owner, listener, returning[listener.name])

    def _same(self, listener: Listener) -> Node | None:
        """What a listener of the former version became, where it is the same kind of event."""
        now = self.places.node(listener.name)
        if now is None or type(now) is not type(listener):
            return None
        return now if shape(now.element.event) == shape(listener.element.event) else None

    def _open(self, owner: Token, listener: Listener, row: Mapping[str, Any] | None) -> None:
        """Listens from now on, as if it had since the owner began: its times count from there."""
        anchor: datetime = owner.since or self.host.now()
        token = Token(self.tree, listener, owner, TaskState.WAITING, None if row is None else UUID(hex=row["i"]))
        token.listening = True
        token.scope = owner if isinstance(listener, ScopeStart) else owner.scope
        token.since = anchor
        event = listener.element.event
        if event is None or event.kind != "timer":
            self._open_other(token, event, owner, anchor)
            return
        found = read_wait(row["w"]) if row is not None and "w" in row else first_due(token, owner, anchor, self.host)
        if found is None or found.due is None:
            self.tree.discard(token)
            return
        begin_wait(token, found)
        self.shifts.append(Shift("timer_new", listener.element.id, token.id, None, found.due))
        self.tree.tell(TimerSet(token.id, listener.element.id, found.due))

    def _open_other(self, token: Token, event: Event | None, owner: Token, anchor: datetime) -> None:
        self.tree.host = Onlooker.at(self.host.environment, anchor)
        try:
            still = open_wait(token, event, owner)
        finally:
            self.tree.host = self.host
        if not still:
            self.tree.discard(token)
            return
        said = () if token.wait is None else (token.wait.name, token.wait.key)
        self.shifts.append(Shift("wait_new", token.task_spec.element.id, token.id, says=said))

    # --- where it goes on ---------------------------------------------------------------------------------------------

    def _next(self, token: Token, was: Token) -> None:
        ways = ways_on(was.task_spec, self.places.moved), ways_on(token.task_spec, {})
        if ways[0] != ways[1]:
            said, says = (tuple(dict.fromkeys(target for target, _ in each)) for each in ways)
            self.shifts.append(Shift("next", token.task_spec.element.id, token.id, said=said, says=says))


def _all_listeners(node: Node) -> Iterator[Listener]:
    yield from node.listeners
    yield from node.scope_starts


def _sight(token: Token) -> Token:
    """Where names, keys and times of a wait are evaluated: for a listener in its owner's sight."""
    at = token
    while at.listening:
        at = at.parent
    return at
