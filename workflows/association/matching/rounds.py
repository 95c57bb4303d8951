"""One matching round from the two lists to proposals: locked pairs stand, refused ones stay apart, the rest is matched.

The same lists, answers, terms and seed make the same round, in whatever order the lists come (domain §P3.4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import numpy as np

from workflows.association.matching.acceptance import defer
from workflows.association.matching.assignment import assign
from workflows.association.matching.exclusions import Mask, any_of, circles, exclusions
from workflows.association.matching.preferences import Preferences, prefer
from workflows.association.matching.profiles import DECLARED, Answers, Mentee, Mentor, Terms, Ties
from workflows.association.matching.scoring import Scores, score
from workflows.association.matching.stability import Figures, measure

Method = Literal["STABLE", "BEST"]
ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A mentor who would do for a mentee. `parts`: points by part. `circle`: a third person ties the two together."""

    mentor_id: UUID
    score: int
    parts: Mapping[str, float]
    circle: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a round has for one demand: the mentor it found, None where there is none, and who else would do."""

    demand_id: UUID
    chosen: Choice | None
    alternatives: tuple[Choice, ...]
    locked: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The round's suggestions in the order of the demands' ids, its figures and its floor."""

    suggestions: tuple[Suggestion, ...]
    figures: Figures
    floor: int


def match(
    mentors: Sequence[Mentor],
    mentees: Sequence[Mentee],
    *,
    method: Method,
    seed: str,
    ties: Ties | None = None,
    answers: Answers | None = None,
    terms: Terms = DECLARED,
) -> Outcome:
    """Runs a round: `STABLE` by deferred acceptance (waves of students), `BEST` by optimal assignment (rolling)."""
    mentors = sorted(mentors, key=lambda each: each.person_id)
    mentees = sorted(mentees, key=lambda each: each.demand_id)
    ties, answers = ties or Ties(), answers or Answers()
    scores = score(mentees, mentors, terms)
    excluded = any_of(exclusions(mentees, mentors, ties, answers)) if mentors and mentees else scores.total > 0
    preferences = prefer(mentees, mentors, scores, excluded, terms, seed)
    locked = _locked(mentors, mentees, answers, excluded)
    places = [each.free for each in mentors]
    pairs, floor = _settle(preferences, _without(places, locked), locked, method)
    loops = circles(mentees, mentors, ties)
    suggestions = tuple(
        _suggest(row, each, mentors, scores, preferences, pairs, loops, row in locked)
        for row, each in enumerate(mentees)
    )  # fmt: skip
    return Outcome(suggestions, measure(preferences, places, pairs), floor)


def _locked(mentors: Sequence[Mentor], mentees: Sequence[Mentee], answers: Answers, excluded: Mask) -> dict[int, int]:
    """The locked pairs that may stand: none that is excluded since, and no more of a mentor than he has places. Those
    who waited longest keep theirs."""
    column = {each.person_id: index for index, each in enumerate(mentors)}
    row = {each.demand_id: index for index, each in enumerate(mentees)}
    wanted = [(row[demand], column[mentor]) for mentor, demand in answers.locked if demand in row and mentor in column]
    left = [each.free for each in mentors]
    found: dict[int, int] = {}
    for place, other in sorted(wanted, key=lambda pair: (-mentees[pair[0]].waiting, pair)):
        if left[other] > 0 and not excluded[place, other] and place not in found:
            left[other] -= 1
            found[place] = other
    return found


def _without(places: Sequence[int], locked: Mapping[int, int]) -> list[int]:
    left = list(places)
    for column in locked.values():
        left[column] -= 1
    return left


def _settle(
    preferences: Preferences, places: Sequence[int], locked: Mapping[int, int], method: Method
) -> tuple[Mapping[int, int], int]:
    """Matches those who are not locked into the places that the locked ones leave."""
    open_ = preferences.allowed.copy()
    if locked:
        open_[list(locked)] = False
    rest = Preferences(preferences.fit, preferences.mentee, preferences.mentor, open_)
    found, floor = (defer(rest, places), 0) if method == "STABLE" else assign(rest, places)
    return {**found, **locked}, floor


def _suggest(
    row: int, mentee: Mentee, mentors: Sequence[Mentor], scores: Scores, preferences: Preferences,
    pairs: Mapping[int, int], loops: set[tuple[int, int]], locked: bool,
) -> Suggestion:  # fmt: skip
    def choice(column: int) -> Choice:
        parts = scores.of(row, column)
        return Choice(mentors[column].person_id, int(scores.total[row, column]), parts, (row, column) in loops)

    chosen = pairs.get(row)
    wishes = np.where(preferences.allowed[row], preferences.mentee[row], -1)
    others = [int(each) for each in np.argsort(-wishes, kind="stable")[: ALTERNATIVES + 1] if wishes[each] >= 0]
    return Suggestion(
        mentee.demand_id, None if chosen is None else choice(chosen),
        tuple(choice(column) for column in others if column != chosen)[:ALTERNATIVES], locked,
    )  # fmt: skip
