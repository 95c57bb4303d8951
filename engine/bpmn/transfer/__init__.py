"""A case of one version of its process becomes one of another: the same tokens, on the elements of the other diagram.

Tokens keep their ids, so that their tasks, jobs, subscriptions and called cases stay theirs. What cannot be is refused
with the element and the reason, and the case that was given is never changed: the answer is another one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.bpmn.case import Case
from engine.bpmn.outcome import Host, TaskOpened
from engine.bpmn.state import read_state
from engine.bpmn.tokens import Token, TokenTree
from engine.bpmn.transfer.adjusting import Adjusting
from engine.bpmn.transfer.findings import Obstacle, Obstructed, Shift
from engine.bpmn.transfer.fitness import is_kept, misfit
from engine.bpmn.transfer.onlooker import Onlooker
from engine.bpmn.transfer.places import MappingRefused, Places, known_to
from engine.bpmn.transfer.rewriting import rewritten
from engine.bpmn.transfer.starving import starving
from engine.jsontext import to_json_text

__all__ = ["MappingRefused", "Obstacle", "Onlooker", "Places", "Shift", "Transfer", "known_to", "transfer"]


@dataclass(frozen=True, slots=True)
class Transfer:
    """The case on the other version, not gone on yet: its facts tell what it waits for anew.

    `void`: tokens whose timers and subscriptions no longer hold, before those facts. `renamed`: where a token that
    waits, listens or stands still is now, where that has another id. `shifts`: what becomes different for the case.
    `tasks`: what open tasks ask now, where that is not what they asked. `meets_change`: whether it may still come to an
    element that changed.
    """

    case: Case
    void: frozenset[UUID]
    renamed: dict[UUID, str]
    shifts: tuple[Shift, ...]
    tasks: dict[UUID, TaskOpened]
    meets_change: bool


def transfer(case: Case, places: Places, host: Host, former: str = "") -> Transfer | tuple[Obstacle, ...]:
    """The case on the new version of `places`, or every reason why it cannot be.

    `former`: the state that it had in that version when it left it, so that what has not changed since is as it was.
    The host is asked for time and variables only. Raises StateUnreadable.
    """
    old: TokenTree = case._tree
    tokens: dict[UUID, Token] = dict(old.tasks)
    dropped = {token.id for token in tokens.values() if token.listening and not is_kept(token, places)}
    found = [misfit(token, places) for token in tokens.values() if not token.listening]
    obstacles = tuple({(one.code, one.element): one for one in found if one is not None}.values())
    if obstacles:
        return obstacles
    tree = read_state(places.new.nodes, to_json_text(rewritten(json.loads(case.dump()), tokens, dropped, places)))
    starved = starving(old, tree, places)
    if starved is not None:
        return (starved,)
    rows = {UUID(hex=row["i"]): row for row in json.loads(former)["tokens"]} if former else {}
    adjusting = Adjusting(old, tree, places, host, rows, _children(former))
    tree.host = host
    try:
        adjusting.all()
    except Obstructed as obstructed:
        return (obstructed.obstacle,)
    finally:
        tree.host = None
    gone = [_gone(tokens[id_]) for id_ in dropped if tokens[id_].wait is not None]
    at_work = [token for token in tree.tasks.values() if token.scope is not None and token.is_live]
    return Transfer(
        case=Case(places.new, tree),
        void=frozenset(dropped | adjusting.void),
        renamed={
            one.id: one.task_spec.element.id for one in at_work
            if one.id in tokens and tokens[one.id].task_spec.element.id != one.task_spec.element.id
        },
        shifts=(*adjusting.shifts, *gone),
        tasks=adjusting.tasks,
        meets_change=any(places.meets_change(one.task_spec) for one in at_work),
    )  # fmt: skip


def _gone(token: Token) -> Shift:
    """A listener that is no more."""
    assert token.wait is not None
    kind, wait = token.task_spec.element.id, token.wait
    if wait.kind == "timer":
        return Shift("timer_gone", kind, token.id, wait.due)
    return Shift("wait_gone", kind, token.id, said=(wait.name, wait.key))


def _children(former: str) -> dict[UUID, list[Mapping[str, Any]]]:
    """What listened in a state, by its owner."""
    if not former:
        return {}
    rows = json.loads(former)["tokens"]
    found: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row.get("b") and "p" in row:
            found.setdefault(UUID(hex=rows[row["p"]]["i"]), []).append(row)
    return found
