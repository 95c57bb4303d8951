"""Cases that move between versions of their process: laws over random diagrams, and what each change means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn import ProcessSpec, read_diagram
from engine.bpmn.transfer import Places, Transfer, transfer
from tests.engine.bpmn.growing import Grown, diagrams, grown, process, seeded, text_of
from tests.engine.bpmn.play import Play
from tests.engine.bpmn.schedules import MOVES, Teller, move, schedule, started

SCHEDULES = st.lists(st.integers(0, 999), min_size=MOVES + 1, max_size=MOVES + 1)
LAX = list(HealthCheck)
SOME = 120


def played(spec: ProcessSpec, moves: Sequence[int]) -> Play:
    """A case after these moves."""
    play = started(spec, moves[0])
    for choice in moves[1:]:
        move(play, choice)
    return play


def moved(play: Play, places: Places) -> Transfer:
    """The case on the other version; a refusal fails the test."""
    found = transfer(play.case, places, play.host)
    assert isinstance(found, Transfer), found
    return found


@lru_cache(SOME)
def renamed(seed: int) -> tuple[ProcessSpec, dict[str, str]]:
    """The diagram of a seed, every element of which has another id. The prefix leaves `AnyHost`'s answers alone."""
    ids = {id_: f"others_{id_}" for id_ in seeded(seed).elements}
    pattern = re.compile(rb"\b(" + b"|".join(sorted(map(re.escape, map(str.encode, ids)), key=len)[::-1]) + rb")\b")
    text = pattern.sub(lambda match: b"others_" + match[0], text_of(grown(seed)))
    return read_diagram(text, name="renamed").processes[0], ids


@settings(max_examples=40, deadline=None, suppress_health_check=LAX)
@given(diagrams(), SCHEDULES)
def test_moving_to_an_identical_version_changes_nothing(found: Grown, moves: list[int]) -> None:
    play = played(process(found), moves[: 1 + moves[0] % MOVES])
    before = play.case.dump()
    result = moved(play, Places(process(found), process(found)))
    assert result.case.dump() == before == play.case.dump()
    assert (result.case.take_facts(), result.shifts, result.void, result.renamed) == ([], (), frozenset(), {})
    assert not result.meets_change


def test_there_and_back_gives_the_same_tokens_where_every_id_changed() -> None:
    for seed in range(SOME):
        play = played(seeded(seed), schedule(seed)[: 2 + seed % MOVES])
        before = play.case.dump()
        other, ids = renamed(seed)
        there = Places(play.spec, other, ids)
        away = moved(play, there)
        assert "others_" in away.case.dump(), seed
        back = transfer(away.case, Places(other, play.spec, there.back()), play.host)
        assert isinstance(back, Transfer), (seed, back)
        assert back.case.dump() == before, seed


def test_a_case_goes_on_elsewhere_as_it_would_have_gone_on() -> None:
    for seed in range(0, SOME, 2):
        moves = schedule(seed)
        half = 1 + seed % (MOVES - 1)
        stayed, left = (played(seeded(seed), moves[:half]) for _ in range(2))
        other, ids = renamed(seed)
        left.case = moved(left, Places(left.spec, other, ids)).case
        left.spec = other
        for choice in moves[half:]:
            move(stayed, choice)
            move(left, choice)
        one, another = Teller(), Teller()
        told = str(another.standing(left)).replace("others_", "")
        assert told == str(one.standing(stayed)), seed


def _into_another(seed: int) -> bool:
    """Moves a case into another random process, if it can; whether it could."""
    play = played(seeded(seed), schedule(seed)[: 2 + seed % MOVES])
    before, told = play.case.dump(), len(play.case._tree.facts)
    other = seeded(seed * 7 + 1)
    found = transfer(play.case, Places(play.spec, other), play.host)
    assert (play.case.dump(), len(play.case._tree.facts)) == (before, told), seed
    if not isinstance(found, Transfer):
        assert found
        assert all(one.code and one.element and one.name for one in found)
        return False
    play.case, play.spec = found.case, other
    play.case.resume(play.host)
    play._after()
    for choice in schedule(seed + 1)[1:]:
        move(play, choice)
    tree = play.case._tree
    for token in tree.tasks.values():
        assert token.live == sum(one.scope is token and not one.listening for one in tree.tasks.values()), seed
    assert type(play.case).load(other, play.case.dump()).dump() == play.case.dump()
    return True


def test_a_case_moves_and_goes_on_or_is_refused_with_nothing_changed() -> None:
    answers = [_into_another(seed) for seed in range(SOME)]
    assert 0 < sum(answers) < len(answers)


@pytest.mark.campaign
@pytest.mark.parametrize("first", range(1_000, 9_000, 250))
def test_very_many_cases_move_or_are_refused(first: int) -> None:
    for seed in range(first, first + 250):
        _into_another(seed)
