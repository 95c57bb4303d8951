"""Laws of matching: exclusions hold, places are never overbooked, stable means stable, a seed is an outcome."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.association.matching.exclusions import any_of, exclusions
from workflows.association.matching.preferences import prefer
from workflows.association.matching.profiles import DECLARED, WEIGHTS, Answers, Mentee, Mentor, Ties
from workflows.association.matching.reasons import reasons
from workflows.association.matching.rounds import Outcome, match
from workflows.association.matching.scoring import score
from workflows.association.matching.stability import blocking


def person(number: int) -> UUID:
    return UUID(int=number)


MENTOR = Mentor(
    person(1), 1, frozenset({"FIRST_JOB"}), "BANKING", frozenset({"DATA"}), ("fr", "en"), "FR", 1.0, "MONTHLY", 12,
    "BOTH",
)  # fmt: skip
MENTEE = Mentee(
    person(50), person(100), ("FIRST_JOB",), "BANKING", frozenset(), ("fr",), "FR", 1.0, "MONTHLY", 4, False, 0,
)  # fmt: skip
topics = st.sampled_from(["FIRST_JOB", "NETWORK", "CLIMATE", "BOARD"])


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[Mentor], list[Mentee]]:
    """Small lists with many ties: a few values, few places; some people stand on both."""
    mentors = [
        replace(
            MENTOR, person_id=person(number + 1), free=draw(st.integers(0, 2)), topics=draw(st.frozensets(topics)),
            rhythm=draw(st.sampled_from(["WEEKLY", "MONTHLY"])),
            track=draw(st.sampled_from(["ALUMNI", "STUDENT", "BOTH"])),
        )
        for number in range(draw(st.integers(1, 6)))
    ]  # fmt: skip
    mentees = [
        replace(
            MENTEE, person_id=person(draw(st.sampled_from([number + 1, number + 51]))), demand_id=person(100 + number),
            topics=tuple(draw(st.lists(topics, min_size=1, max_size=3, unique=True))), student=draw(st.booleans()),
            waiting=draw(st.sampled_from([0, 3, 30])), avoids=draw(st.frozensets(st.builds(person, st.integers(1, 3)))),
        )
        for number in range(draw(st.integers(1, 8)))
    ]  # fmt: skip
    return mentors, mentees


def taken(outcome: Outcome) -> dict[UUID, UUID]:
    return {each.demand_id: each.chosen.mentor_id for each in outcome.suggestions if each.chosen is not None}


@settings(max_examples=60, deadline=None)
@given(lists(), st.sampled_from(["STABLE", "BEST"]), st.sampled_from(["a", "b"]), st.randoms())
def test_a_round_keeps_its_laws(drawn, method, seed, shuffled) -> None:  # type: ignore[no-untyped-def]
    mentors, mentees = drawn
    ties = Ties(frozenset({(mentees[0].person_id, mentors[0].person_id)}), frozenset({(person(2), person(52))}))
    outcome = match(mentors, mentees, method=method, seed=seed, ties=ties)
    pairs = taken(outcome)
    by_demand = {each.demand_id: row for row, each in enumerate(mentees)}
    by_person = {each.person_id: column for column, each in enumerate(mentors)}
    free = {each.person_id: each.free for each in mentors}
    assert all(count <= free[mentor] for mentor, count in Counter(pairs.values()).items())
    excluded = any_of(exclusions(mentees, mentors, ties, Answers()))
    assert not any(excluded[by_demand[demand], by_person[mentor]] for demand, mentor in pairs.items())
    assert all(each.chosen.score >= DECLARED.lowest for each in outcome.suggestions if each.chosen)
    if method == "STABLE":
        assert outcome.figures.stable
    else:
        preferences = prefer(mentees, mentors, score(mentees, mentors, DECLARED), excluded, DECLARED, seed)
        stable = taken(match(mentors, mentees, method="STABLE", seed=seed, ties=ties))
        assert len(pairs) >= len(stable)
        rows = {by_demand[demand]: by_person[mentor] for demand, mentor in pairs.items()}
        assert outcome.figures.blocking == blocking(preferences, [each.free for each in mentors], rows)
    shuffled.shuffle(mentors)
    shuffled.shuffle(mentees)
    assert match(mentors, mentees, method=method, seed=seed, ties=ties) == outcome


@settings(max_examples=25, deadline=None)
@given(lists())
def test_the_best_assignment_is_the_best_of_all(drawn: tuple[list[Mentor], list[Mentee]]) -> None:
    """Against every assignment there is: most pairs, then the highest floor, then the greatest sum."""
    mentors, mentees = drawn[0][:3], drawn[1][:4]
    mentees = [replace(each, person_id=person(60 + row)) for row, each in enumerate(mentees)]
    scores = score(mentees, mentors, DECLARED)
    excluded = any_of(exclusions(mentees, mentors, Ties(), Answers()))
    allowed = ~excluded & (scores.total >= DECLARED.lowest)
    best = (0, 0, 0)
    for chosen in product(range(-1, len(mentors)), repeat=len(mentees)):
        used = Counter(column for column in chosen if column >= 0)
        if all(count <= mentors[column].free for column, count in used.items()) and all(
            column < 0 or allowed[row, column] for row, column in enumerate(chosen)
        ):
            got = [int(scores.total[row, column]) for row, column in enumerate(chosen) if column >= 0]
            best = max(best, (len(got), min(got, default=0), sum(got)))
    outcome = match(mentors, mentees, method="BEST", seed="s")
    got = [each.chosen.score for each in outcome.suggestions if each.chosen]
    assert (len(got), min(got, default=0), sum(got)) == best
    assert outcome.floor == best[1]


def test_locked_pairs_stand_and_refused_ones_never_return() -> None:
    others = [replace(MENTEE, person_id=person(50 + n), demand_id=person(100 + n)) for n in range(2)]
    mentors = [MENTOR, replace(MENTOR, person_id=person(2), topics=frozenset())]
    answers = Answers(locked=[(person(2), person(100))], refused=frozenset({(person(1), person(101))}))
    outcome = match(mentors, others, method="BEST", seed="s", answers=answers)
    assert taken(outcome) == {person(100): person(2)}
    assert [each.locked for each in outcome.suggestions] == [True, False]


@pytest.mark.parametrize("method", ["STABLE", "BEST"])
def test_locked_pairs_keep_the_ceiling_of_a_mentor_and_what_is_excluded(method: Literal["STABLE", "BEST"]) -> None:
    others = [replace(MENTEE, person_id=person(50 + n), demand_id=person(100 + n), waiting=n) for n in range(3)]
    mentors = [MENTOR, replace(MENTOR, person_id=person(2), avoids=frozenset({person(50)}))]
    locked = [(person(1), person(101)), (person(1), person(102)), (person(2), person(100))]
    outcome = match(mentors, others, method=method, seed="s", answers=Answers(locked=locked))
    assert taken(outcome) == {person(102): person(1), person(101): person(2)}, "one place each, and the longer wait"
    assert [each.locked for each in outcome.suggestions] == [False, False, True]


def test_who_waited_longer_goes_first_among_equals() -> None:
    late = replace(MENTEE, person_id=person(51), demand_id=person(101), waiting=9)
    outcome = match([MENTOR], [MENTEE, late], method="STABLE", seed="s")
    assert set(taken(outcome)) == {late.demand_id}


def test_a_circle_is_allowed_and_flagged_the_reverse_is_refused() -> None:
    """A mentors B, B mentors C: C may have A, and people look at it; B may not mentor A (domain §P3.12, 1)."""
    a, b, c = person(1), person(2), person(3)
    ties = Ties(frozenset({(a, b), (b, c)}))
    asks = replace(MENTEE, person_id=c)
    [suggestion] = match([MENTOR], [asks], method="BEST", seed="s", ties=ties).suggestions
    assert suggestion.chosen is not None
    assert suggestion.chosen.circle
    mentors = [replace(MENTOR, person_id=b), replace(MENTOR, person_id=c)]
    [suggestion] = match(mentors, [replace(MENTEE, person_id=a)], method="BEST", seed="s", ties=ties).suggestions
    assert suggestion.chosen is not None
    assert (suggestion.chosen.mentor_id, suggestion.chosen.circle) == (c, True)


def test_colleagues_of_one_team_or_of_no_known_team_are_no_pair() -> None:
    def paired(ours: str, theirs: str) -> int:
        mentor, mentee = replace(MENTOR, employer="Acme", team=ours), replace(MENTEE, employer="acme ", team=theirs)
        return match([mentor], [mentee], method="BEST", seed="s").figures.matched

    assert [paired("a", "a"), paired("", "b"), paired("a", "b")] == [0, 0, 1]


def test_hours_apart_cost_points_and_exclude_nobody() -> None:
    tokyo = replace(MENTOR, country="JP", offset=9.0)
    [suggestion] = match([tokyo], [MENTEE], method="BEST", seed="s").suggestions
    assert suggestion.chosen is not None
    assert suggestion.chosen.parts["place"] == 3.0
    found = reasons(tokyo, MENTEE, suggestion.chosen.parts, WEIGHTS, "en")
    assert "8 h apart: when would you talk?" in [each.sentence for each in found if not each.good]
    assert found[0].sentence == "Topics in common: finding a first job"
    assert "function" not in {each.part for each in found}


@pytest.mark.parametrize(
    ("offset", "lang", "said", "not_said"),
    [
        (9.0, "en", "8 h apart", "you"),
        (9.0, "fr", "8 h de décalage", "vous"),
        (1.0, "en", "Both speak: French", "you"),
        (1.0, "fr", "Parlent tous deux : français", "vous"),
    ],
)
def test_who_compares_pairs_reads_of_them_and_is_not_spoken_to(
    offset: float, lang: str, said: str, not_said: str
) -> None:
    mentor = replace(MENTOR, offset=offset, country="JP" if offset > 2 else "FR")
    [suggestion] = match([mentor], [MENTEE], method="BEST", seed="s").suggestions
    assert suggestion.chosen is not None
    points = suggestion.chosen.parts
    told = [each.sentence for each in reasons(mentor, MENTEE, points, WEIGHTS, lang, to_pair=False)]
    assert said in told
    assert [each for each in told if not_said in each.lower().split()] == []
    to_them = " ".join(each.sentence for each in reasons(mentor, MENTEE, points, WEIGHTS, lang))
    assert not_said in to_them.lower().split()


def test_nobody_is_a_round_too() -> None:
    assert match([], [MENTEE], method="BEST", seed="s").figures.unmatched == 1
    assert match([MENTOR], [], method="STABLE", seed="s").suggestions == ()
