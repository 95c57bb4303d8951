"""The stored form of a case: its live tokens and their variables, without the diagram (architecture §5).

The diagram is parsed once per deployed version and cached; a stored token names its node. One codec version is read,
values go through the codec of FEEL, nothing is ever evaluated.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.activities import Activity
from engine.bpmn.errors import StateUnreadable
from engine.bpmn.gateways import Join
from engine.bpmn.graph import Graph
from engine.bpmn.tokens import ENDLESS_LOOP, Incident, LoopState, Record, Token, TokenTree, Wait
from engine.errors import AmicaleError
from engine.feel.codec import decode, encode
from engine.feel.values import Value
from engine.jsontext import to_json_text

__all__ = ["AT_WORK", "CODEC", "WAITING", "read_names", "read_root", "read_state", "read_wait", "write_state"]

CODEC: Final = 1
WAITING: Final = int(TaskState.WAITING)  # what `s` of a stored token says, for those who ask the database
AT_WORK: Final = (int(TaskState.READY), int(TaskState.STARTED))
_STATES: Final = frozenset(
    {TaskState.FUTURE, TaskState.WAITING, TaskState.READY, TaskState.STARTED, TaskState.COMPLETED, TaskState.CANCELLED}
)


def write_state(tree: TokenTree) -> str:
    """The case as JSON text. Raises ValueNotStorable for a variable that FEEL cannot store."""
    tokens = list(tree.tasks.values())
    places = {token.id: place for place, token in enumerate(tokens)}
    ready = {token.id: rank for rank, token in enumerate(tree.agenda)}
    stored: dict[str, Any] = {"codec": CODEC, "tokens": [_stored(token, places, ready) for token in tokens]}
    if tree.without_wait:
        stored["turns"] = tree.without_wait
    if tree.called:
        stored["called"] = True
    if tree.ended:
        stored["ended"] = True
    return to_json_text(stored)


def _stored(token: Token, places: Mapping[UUID, int], ready: Mapping[UUID, int]) -> dict[str, Any]:
    """One token; what has its usual value is left out."""
    row: dict[str, Any] = {"i": token.id.hex, "n": token.task_spec.name, "s": token._state}
    if token._parent is not None:
        row["p"] = places[token._parent]
    if token.scope is not None:
        row["e"] = places[token.scope.id]
    if token.locals is not None:
        row["v"] = _names(token.locals)
    if token.caught is not None:
        row["c"] = _names(token.caught)
    if token.wait is not None:
        row["w"] = _stored_wait(token.wait)
    if token.since is not None:
        row["t"] = token.since.isoformat()
    if token.incident is not None:
        row["x"] = [token.incident.kind, token.incident.code, token.incident.leaving, token.incident.written]
    if token.done is not None:
        row["d"] = [_stored_record(record) for record in token.done]
    if token.queue is not None:
        row["q"] = [_stored_record(record) for record in token.queue]
    if token.loop is not None:
        row["l"] = [encode(token.loop.items), token.loop.next, token.loop.completed]
        row["l"] += [True] if token.loop.closing else []
    if token.flow is not None:
        row["f"] = token.flow
    if token.index is not None:
        row["k"] = token.index
    if ready and token.id in ready:
        row["r"] = ready[token.id]
    if token.taken is not None:
        row["o"] = token.taken
    if token.listening:
        row["b"] = True
    if token.heard:
        row["h"] = token.heard
    if token.interrupted:
        row["z"] = True
    return row


def _stored_record(record: Record) -> list[Any]:
    inside = [_stored_record(one) for one in record.done]
    return [record.node, None if record.locals is None else _names(record.locals), inside]


def _names(variables: Mapping[str, Value]) -> dict[str, Any]:
    return {name: encode(value) for name, value in variables.items()}


def _stored_wait(wait: Wait) -> list[Any]:
    row: list[Any] = [wait.kind, wait.name, wait.key]
    if wait.due is not None and wait.anchor is not None:
        row += [wait.due.isoformat(), wait.anchor.isoformat(), wait.number]
    return row


def read_state(graph: Graph, text: str) -> TokenTree:
    """The tokens of a stored case on the nodes of its version. Raises StateUnreadable."""
    try:
        stored = json.loads(text)
        if not isinstance(stored, dict) or stored.get("codec") != CODEC:
            raise StateUnreadable(reason=f"it is not of codec version {CODEC}")
        return _read(graph, stored)
    except StateUnreadable:
        raise
    except (
        AmicaleError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as broken:
        raise StateUnreadable(reason=f"{type(broken).__name__}: {broken}") from broken


def read_root(text: str) -> Mapping[str, object]:
    """The variables of the root scope as they are written, for what needs plain texts only; empty where unreadable."""
    try:
        root = json.loads(text)["tokens"][0].get("v", {})
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return {}
    return root if isinstance(root, dict) else {}


def read_names(text: str, names: Collection[str]) -> Mapping[str, Value]:
    """These variables of the root scope, without the tokens: for lists of many cases. Empty where nothing is read."""
    try:
        root = json.loads(text)["tokens"][0].get("v", {})
        return {name: decode(root[name]) for name in names if name in root}
    except (AmicaleError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return {}


def _read(graph: Graph, stored: Mapping[str, Any]) -> TokenTree:
    tree = TokenTree(graph)
    tree.without_wait = int(stored.get("turns", 0))
    tree.called = stored.get("called") is True
    tree.ended = stored.get("ended") is True
    tokens = [_token(graph, tree, row) for row in stored["tokens"]]
    rows = list(zip(tokens, stored["tokens"], strict=True))
    tree.task_tree = tokens[0]
    for token, row in rows:
        _attach(token, row, tokens)
    if tokens[0].task_spec is not graph.root or any(token.scope is None for token in tokens[1:]):
        raise StateUnreadable(reason="its tokens do not form one tree")
    ready = [(row["r"], place) for place, (_, row) in enumerate(rows) if "r" in row]
    tree.agenda.extend(tokens[place] for _, place in sorted(ready))
    return tree


def _token(graph: Graph, tree: TokenTree, row: Mapping[str, Any]) -> Token:
    node = graph.get_task_spec_from_name(row["n"])
    if node is None:
        raise StateUnreadable(reason=f"the diagram has no element “{row['n']}”")
    if row["s"] not in _STATES:
        raise StateUnreadable(reason=f"“{row['s']}” is no state")
    token = Token(tree, node, None, row["s"], UUID(hex=row["i"]))
    _tell(token, row)
    if "t" in row:
        token.since = datetime.fromisoformat(row["t"])
    if "x" in row:
        token.incident = Incident(*row["x"])
        tree.endless = token if token.incident.code == ENDLESS_LOOP else tree.endless
    if "d" in row:
        token.done = _read_records(graph, row["d"])
    if "q" in row:
        token.queue = _read_records(graph, row["q"])
    if "l" in row:
        items = decode(row["l"][0])
        token.loop = _read_loop(items if isinstance(items, list) else [], *row["l"][1:])
    if "w" in row:
        token.wait = read_wait(row["w"])
    return token


def _tell(token: Token, row: Mapping[str, Any]) -> None:
    """What a token has beyond its place; what is not written has its usual value already."""
    if "v" in row:
        token.locals = _read_names(row["v"])
    if "c" in row:
        token.caught = _read_names(row["c"])
    if "f" in row:
        token.flow = row["f"]
    if "h" in row:
        token.heard = row["h"]
    if "k" in row:
        token.index = row["k"]
    if "o" in row:
        token.taken = tuple(row["o"])
    if "b" in row:
        token.listening = row["b"] is True
    if "z" in row:
        token.interrupted = row["z"] is True


def _attach(token: Token, row: Mapping[str, Any], tokens: list[Token]) -> None:
    if "p" in row:
        parent = tokens[row["p"]]
        token._parent = parent.id
        parent._children[token.id] = None
    if "e" in row:
        token.scope = tokens[row["e"]]
        token.scope.live += not token.listening
    if token.wait is not None and token.wait.kind == "condition":
        token.workflow.conditions[token.id] = token
    if token._state == TaskState.WAITING and isinstance(token.task_spec, Join | Activity):
        token.task_spec.rejoin(token)


def _read_records(graph: Graph, stored: list[Any] | None) -> list[Record] | None:
    if stored is None:
        return None
    if any(node not in graph.task_specs for node, _, _ in stored):
        raise StateUnreadable(reason="the diagram has not all the elements that were done")
    return [Record(node, _read_names(names), _read_records(graph, done) or []) for node, names, done in stored]


def _read_names(stored: Mapping[str, Any] | None) -> dict[str, Value] | None:
    return None if stored is None else {name: decode(value) for name, value in stored.items()}


def _read_loop(items: list[Value], following: int, completed: int, closing: bool = False) -> LoopState:
    return LoopState(items, following, completed, closing=closing)


def read_wait(row: list[Any]) -> Wait:
    """What a stored token waits for."""
    kind, name, key, *times = row
    if not times:
        return Wait(kind, name, key)
    return Wait(kind, name, key, datetime.fromisoformat(times[0]), datetime.fromisoformat(times[1]), times[2])
