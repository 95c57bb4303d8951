"""Compaction changes nothing: compacted, uncompacted and stored-after-every-step runs tell the same."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn import ProcessSpec
from engine.bpmn.outcome import Done, Fact, Later, ServiceAnswer, ServiceCall, Thrown
from tests.engine.bpmn.drawing import spec
from tests.engine.bpmn.growing import ROOTS, bodies
from tests.engine.bpmn.play import DeskHost, Play, values

MOVES = 25


def _serve(call: ServiceCall) -> ServiceAnswer:
    turn = sum(map(ord, call.element)) % 4
    return (Done(values(done=turn)), Later(), Thrown("E", "", {}), Done({}))[turn]


class _AnyHost(DeskHost):
    def serve(self, call: ServiceCall) -> ServiceAnswer:
        return _serve(call)


def _move(play: Play, choice: int) -> None:
    waiting = [view for view in play.case.tokens if view.kind not in ("", "incident", "condition")]
    if not waiting:
        return
    view = waiting[choice % len(waiting)]
    host, case = play.host, play.case
    if view.kind == "task":
        case.complete_task(view.id, values(n=choice), host)
    elif view.kind == "timer":
        case.fire_timer(view.id, host)
    elif view.kind == "job" and choice % 3 == 0:
        case.throw_error(view.id, "E", "", {}, host)
    elif view.kind == "job":
        case.complete_job(view.id, values(n=choice), host)
    elif view.kind == "call" and choice % 4 == 0:
        case.throw_error(view.id, "E", "", {}, host)
    elif view.kind == "choice":
        chosen = next(one for one in case.choices if one.token == view.id)
        if choice % 5 == 0 or not chosen.enabled:
            case.close_choice(view.id, host)
        else:
            case.choose(view.id, chosen.enabled[choice % len(chosen.enabled)], host)
    elif view.kind == "call":
        case.complete_call(view.id, values(n=choice), host)
    else:
        case.deliver(view.id, values(got=choice), host)
    play._after()


def _run(process: ProcessSpec, moves: Sequence[int], *, compact: bool = True, stored: bool = False) -> Play:
    play = Play(process, _AnyHost(), compact=compact, stored=stored)
    for choice in moves:
        _move(play, choice)
    return play


def _trace(facts: Sequence[Fact]) -> list[str]:
    return [f"{type(fact).__name__} {getattr(fact, 'element', getattr(fact, 'flow', ''))}" for fact in facts]


SCHEDULES = st.lists(st.integers(0, 30), min_size=MOVES, max_size=MOVES)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies(), SCHEDULES)
def test_three_ways_of_running_tell_the_same(body: str, moves: list[int]) -> None:
    _same_three_ways(body, moves)


@pytest.mark.campaign
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies(), SCHEDULES)
def test_three_ways_of_running_tell_the_same_for_very_many(body: str, moves: list[int]) -> None:
    _same_three_ways(body, moves)


def _same_three_ways(body: str, moves: list[int]) -> None:
    process = spec(body, ROOTS)
    kept = _run(process, moves, compact=False)
    for other in (_run(process, moves), _run(process, moves, stored=True)):
        assert _trace(other.facts) == _trace(kept.facts)
        assert other.variables == kept.variables
        assert [(v.element, v.kind) for v in other.case.tokens] == [(v.element, v.kind) for v in kept.case.tokens]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies(), SCHEDULES)
def test_nothing_finished_is_kept_and_scopes_count_right(body: str, moves: list[int]) -> None:
    play = _run(spec(body, ROOTS), moves)
    tree = play.case._tree
    assert all(token.is_live for token in tree.tasks.values() if token is not tree.root)
    for token in tree.tasks.values():
        inside = [one for one in tree.tasks.values() if one.scope is token and not one.listening]
        assert token.live == len(inside)
        assert not token.data
        assert not token.internal_data
    assert play.ended == (tree.root.live == 0)
