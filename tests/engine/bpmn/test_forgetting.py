"""Compaction changes nothing: compacted, uncompacted and stored-after-every-step runs tell the same."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn import Case, ProcessSpec
from engine.bpmn.outcome import ElementEntered
from engine.bpmn.weight import MAX_TOKENS
from tests.engine.bpmn.growing import Grown, diagrams, process, seeded
from tests.engine.bpmn.growing.kinds import kinds_of, wanted
from tests.engine.bpmn.play import Play
from tests.engine.bpmn.schedules import MOVES, Teller, move, schedule, started

SCHEDULES = st.lists(st.integers(0, 999), min_size=MOVES + 1, max_size=MOVES + 1)
SOME, VERY_MANY, BATCH = 200, 10_000, 250
LAX = list(HealthCheck)


def _run(spec: ProcessSpec, moves: Sequence[int], *, stored: bool = False) -> Play:
    play = started(spec, moves[0], compact=True, stored=stored)
    for choice in moves[1:]:
        move(play, choice)
    return play


def _kept_whole(spec: ProcessSpec, moves: Sequence[int]) -> tuple[Play, Sequence[int]]:
    """An uncompacted run, and the moves that it took: what is never forgotten meets the bound of tokens earlier."""
    play = started(spec, moves[0], compact=False, stored=False)
    for number, choice in enumerate(moves[1:], start=1):
        if len(play.case._tree.tasks) > MAX_TOKENS // 4:
            return play, moves[:number]
        move(play, choice)
        if len(play.case._tree.tasks) >= MAX_TOKENS:
            return _kept_whole(spec, moves[:number])
    return play, moves


def _same_three_ways(spec: ProcessSpec, moves: Sequence[int]) -> Play:
    kept, moves = _kept_whole(spec, moves)
    one = Teller()
    told, standing = one.told(kept), one.standing(kept)
    for other in (_run(spec, moves), _run(spec, moves, stored=True)):
        another = Teller()
        assert another.told(other) == told
        assert another.standing(other) == standing
        assert other.variables == kept.variables
        assert [one.enabled for one in other.case.choices] == [one.enabled for one in kept.case.choices]
    return kept


@settings(max_examples=50, deadline=None, suppress_health_check=LAX)
@given(diagrams(), SCHEDULES)
def test_three_ways_of_running_tell_the_same(found: Grown, moves: list[int]) -> None:
    _same_three_ways(process(found), moves)


def test_three_ways_of_running_tell_the_same_at_any_size() -> None:
    for seed in range(SOME):
        _same_three_ways(seeded(seed), schedule(seed))


@pytest.mark.campaign
@pytest.mark.parametrize("first", range(0, VERY_MANY, BATCH))
def test_three_ways_of_running_tell_the_same_for_very_many(first: int) -> None:
    for seed in range(first, first + BATCH):
        try:
            _same_three_ways(seeded(seed), schedule(seed))
        except Exception as fault:
            fault.add_note(f"seed {seed}")
            raise


def test_the_schedules_meet_every_element_event_and_marker_that_runs() -> None:
    """Not only drawn: entered. What is added to the positive list has to be grown too."""
    missing = wanted()
    for seed in range(5 * SOME):
        if not missing:
            break
        spec = seeded(seed)
        if missing.isdisjoint(kind for one in spec.elements.values() for kind in kinds_of(one, spec.elements)):
            continue
        entered = {fact.element for fact in _run(spec, schedule(seed)).of(ElementEntered)}
        for element in spec.elements.values():
            if (element.compensated_by or element.id) in entered:
                missing -= set(kinds_of(element, spec.elements))
    assert missing == set()


@settings(max_examples=50, deadline=None, suppress_health_check=LAX)
@given(diagrams(), SCHEDULES)
def test_nothing_finished_is_kept_and_scopes_count_right(found: Grown, moves: list[int]) -> None:
    play = _run(process(found), moves)
    tree = play.case._tree
    assert all(token.is_live for token in tree.tasks.values() if token is not tree.root)
    for token in tree.tasks.values():
        inside = [one for one in tree.tasks.values() if one.scope is token and not one.listening]
        assert token.live == len(inside)
        assert not token.data
        assert not token.internal_data
    assert play.ended == (tree.root.live == 0)


def test_a_new_process_goes_on_with_every_case() -> None:
    """Half of each schedule here, the rest in another process that parses the diagrams anew."""
    seeds = range(0, SOME, 5)
    halves = {}
    for seed in seeds:
        moves = schedule(seed)
        play = started(seeded(seed), moves[0])
        for choice in moves[1 : MOVES // 2]:
            move(play, choice)
        halves[seed] = (play.case.dump(), play.host.now().isoformat())
    ran = subprocess.run(
        [sys.executable, "-m", "tests.engine.bpmn.resuming"], input=json.dumps(halves), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    answers = json.loads(ran.stdout)
    assert len(answers) == len(seeds)
    for seed in seeds:
        whole = _run(seeded(seed), schedule(seed))
        assert answers[str(seed)] == [repr(Teller().standing(whole)), repr(sorted(whole.variables.items()))], seed


def test_loading_is_the_opposite_of_storing() -> None:
    for seed in range(0, SOME, 5):
        spec = seeded(seed)
        text = _run(spec, schedule(seed)[:10]).case.dump()
        assert Case.load(spec, text).dump() == text
