"""The token tree: SpiffWorkflow's tasks, kept small and told as facts.

Every token is a SpiffWorkflow task with its states and transitions. The tree is the tree of scopes: the root is the
process instance; below it stand its tokens; below the token of a sub-process, of a multi-instance body or of an
activity with boundary events stand theirs. Three things differ from upstream, and why:

- **no future**: upstream predicts every path ahead of a token, which costs more than running it;
- **no past**: upstream keeps every finished task, slows down with age and stops at depth 1,000. Here a finished task
  leaves the tree at once, its successors move up to its parent; nothing above a live token is ever needed, because
  joins count arrivals (`arrivals`) and scopes count their live tokens (`live`);
- **an agenda**: a token that becomes READY is queued, so no step searches the tree.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID, uuid4

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.bpmn.outcome import Fact, Host
from engine.feel.values import Value

if TYPE_CHECKING:
    from engine.bpmn.nodes import Node

__all__ = ["ENDLESS_LOOP", "Change", "Incident", "LoopState", "Record", "Token", "TokenTree", "Wait"]

WaitKind = Literal["task", "job", "call", "timer", "message", "signal", "condition", "choice", ""]
Change = tuple["Token", str, Literal["create", "update"]]  # a variable written in the scope of a token
ENDLESS_LOOP: Final = "endless_loop"  # the code of its incident
_NOTHING: Final[Mapping[str, Value]] = MappingProxyType({})
_OVER: Final = int(TaskState.COMPLETED | TaskState.CANCELLED)


@dataclass(slots=True)
class Wait:
    """What a token waits for. A timer keeps its text, its anchor and the number of its next firing; a condition keeps
    as `name` whether it was true when it was last looked at. "": it has come, but is not enough by itself."""

    kind: WaitKind
    name: str = ""
    key: str = ""
    due: datetime | None = None
    anchor: datetime | None = None
    number: int = 1


@dataclass(slots=True)
class Incident:
    """Why a token stands still. `leaving`: the work is done, what failed is its way out (output mappings).

    `written`: the output mappings are done too, what failed comes after them (a condition).
    """

    kind: str
    code: str
    leaving: bool = False
    written: bool = False


@dataclass(slots=True)
class LoopState:
    """A multi-instance body: its items, the index of the next one to begin, how many are completed.

    `is_over`: what the completion condition answered for the instance that is completing in this very moment.
    `throwing`: which of the events of its behaviour it throws for that instance.
    `closing`: an ad-hoc sub-process waits for what is at work, and nothing more begins.
    """

    items: list[Value]
    next: int = 0
    completed: int = 0
    is_over: bool = False
    closing: bool = False
    throwing: Sequence[int] = ()


@dataclass(slots=True)
class Record:
    """An activity that was completed and can be undone; of a sub-process, its variables and what was done inside."""

    node: str
    locals: dict[str, Value] | None
    done: list[Record]


class Token(Task):  # type: ignore[misc]
    """A task of SpiffWorkflow with what our dialect needs. `data` stays empty and cannot be written.

    `scope` is the token of the scope around it (None for the root); `locals` its own variables; `live` counts the
    tokens at work inside it; `listening` marks a waiting boundary or event sub-process start, which is no work;
    `interrupted` a scope whose interrupting event sub-process runs; `flow` is the sequence flow it came by; `caught`
    what a caught event brought; `index` its place in a loop, `loop` the state of the loop's body; `taken` the flows
    it leaves by, where not all; `done` what was completed in this scope and can be undone, `queue` what this token
    has still to undo; `heard` how many execution listeners have done their work.
    """

    # What most tokens never have stands here, once: a step makes several tokens.
    triggered, thread_id = False, 0
    data = internal_data = _NOTHING
    last_state_change = 0.0
    scope: Token | None = None
    locals: dict[str, Value] | None = None
    live = 0
    listening = False
    interrupted = False
    flow: str | None = None
    caught: Mapping[str, Value] | None = None
    index: int | None = None
    loop: LoopState | None = None
    taken: tuple[str, ...] | None = None
    wait: Wait | None = None
    incident: Incident | None = None
    done: list[Record] | None = None
    queue: list[Record] | None = None
    heard = 0
    since: datetime | None = None

    def __init__(
        self, tree: TokenTree, spec: Node, parent: Token | None = None,
        state: int = TaskState.FUTURE, id: UUID | None = None,  # noqa: A002 - upstream's name
    ) -> None:  # fmt: skip
        self.id: UUID = id or uuid4()
        tree.tasks[self.id] = self
        tree.born += 1
        self.serial = tree.born
        self.workflow: TokenTree = tree
        self.task_spec: Node = spec
        self._parent = parent.id if parent is not None else None
        self._children: dict[UUID, None] = {}  # a list upstream: here one goes at constant cost
        self._state = state
        if parent is not None:
            parent._children[self.id] = None

    @property
    def children(self) -> list[Token]:
        """What is below it, the oldest first."""
        return [self.workflow.tasks[child] for child in self._children] if self._children else []

    def _add_child(self, task_spec: Node, state: int = TaskState.FUTURE) -> Token:
        """A successor in the same scope."""
        child = Token(self.workflow, task_spec, self, state)
        child.scope = self.scope
        return child

    def _set_state(self, value: int) -> None:
        """Upstream builds a log record for each change of state; the facts are our record."""
        self._state = value

    def _ready(self) -> None:
        """Upstream's, with one look at the state."""
        if not self._state & _OVER:
            self._state = TaskState.READY
            self.task_spec._on_ready(self)

    @property
    def is_live(self) -> bool:
        """Whether it is neither finished nor canceled."""
        return not self._state & TaskState.FINISHED_MASK

    @property
    def listeners(self) -> list[Token]:
        """What listens for it and is still waiting, the oldest first."""
        return [child for child in self.children if child.listening and child.is_live]

    def run(self) -> bool | None:
        """Upstream's `run`, but for a token that its own deed canceled (an escalation that interrupts its scope)."""
        result: bool | None = self.task_spec._run(self)
        if self._state != TaskState.READY:
            return result
        if result is None:
            self._set_state(TaskState.STARTED)
        else:
            self.complete()
        return result

    def cancel(self) -> None:
        """Cancels itself and what is inside, the youngest first; unlike upstream, every token is told of it."""
        found: list[Token] = [self]
        for token in found:
            found.extend(token.children)
        for token in sorted(found, key=lambda one: one.serial, reverse=True):
            if token.is_live:
                if token is not self and token.scope is self.scope and token.scope is not None:
                    token.scope.live -= not token.listening  # sent on by a gateway that is still at work
                token._set_state(TaskState.CANCELLED)
                token.task_spec._on_cancel(token)
                token.workflow.forget(token)

    def sight(self) -> Mapping[str, Value]:
        """The variables in sight, inner names hiding outer ones. To be read only."""
        scopes = []
        at: Token | None = self
        while at is not None:
            if at.locals:
                scopes.append(at.locals)
            at = at.scope
        if not scopes:
            return _NOTHING
        if len(scopes) == 1:
            return scopes[0]
        merged: dict[str, Value] = {}
        for names in reversed(scopes):
            merged.update(names)
        return merged


class TokenTree(Workflow):  # type: ignore[misc]
    """The tokens of one case, what they tell, and the agenda of those that are ready.

    `compact` is False only in the tests that prove that forgetting changes nothing.
    """

    def __init__(self, spec: Any, *, compact: bool = True) -> None:
        super().__init__(spec, deserializing=True)
        self.born = 0
        self.compact = compact
        self.agenda: deque[Token] = deque()
        self.facts: list[Fact] = []  # one list for good: `tell` is its own way in
        self.tell: Callable[[Fact], None] = self.facts.append  # something happened that the store has to know
        self.host: Host | None = None
        self.without_wait = 0
        self.arrivals: dict[tuple[UUID, str], list[Token]] = {}
        self.late_joins: dict[UUID, Token] = {}  # tokens that wait at inclusive joins
        self.conditions: dict[UUID, Token] = {}  # tokens that wait for a condition
        self.changed = False  # variables changed since the conditions were last looked at
        self.changes: list[Change] = []  # which, where something waits for a condition
        self.arrived: set[UUID] = set()  # tokens whose condition was never asked
        self.called = False
        self.endless: Token | None = None  # the loop without a wait at which the whole case stands still
        self.pausing = False  # what was thrown to the caller may end this case: it is to be heard first
        self.ended = False

    @property
    def at_hand(self) -> Host:
        """The host of the verb that is being carried out."""
        if self.host is None:
            raise RuntimeError("a case advances inside a verb only")
        return self.host

    @property
    def root(self) -> Token:
        """The process instance."""
        root: Token = self.task_tree
        return root

    def place(self, spec: Node, parent: Token, scope: Token) -> Token:
        """A new token of a scope; the caller makes it ready."""
        token = Token(self, spec, parent)
        token.scope = scope
        scope.live += 1
        return token

    def forget(self, token: Token) -> None:
        """Takes a finished token out of the tree; what came after it moves up. Keeps it where not compacting."""
        if self.late_joins:
            self.late_joins.pop(token.id, None)
        if not self.compact or token._parent is None:
            return
        parent: Token = self.tasks[token._parent]
        for child in token.children:
            child._parent = parent.id
            parent._children[child.id] = None
        del parent._children[token.id]
        del self.tasks[token.id]

    def finished(self, token: Token) -> None:
        """A token has completed and sent on its successors: forgets it, and tells its scope when it was the last."""
        scope = token.scope
        self.forget(token)
        if scope is None:
            return
        scope.live -= 1
        scope.task_spec.inner_completed(scope, token)
        if scope.live == 0 and scope.is_live:
            scope.task_spec.emptied(scope)

    def discard(self, token: Token) -> None:
        """Cancels a token with all that is inside it, without telling its scope that it may have been the last."""
        if not token.is_live:
            return
        if token.scope is not None and not token.listening:
            token.scope.live -= 1
        token.cancel()

    def inside(self, scope: Token) -> Iterator[Token]:
        """The live tokens directly in a scope: at work or listening for it; not what is deeper."""
        return (token for token in list(self.tasks.values()) if token.scope is scope and token.is_live)

    def _task_completed_notify(self, task: Token) -> None:
        """Upstream searches all waiting tasks after each completion; here nothing polls."""
