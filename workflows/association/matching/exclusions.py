"""Pairs that may never be, however well they fit; and pairs that only people may decide on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from workflows.association.matching.profiles import Answers, Mentee, Mentor, Ties

Mask = NDArray[np.bool_]
REASONS: Final = ("SELF", "REVERSE", "FORMER", "AVOIDED", "COLLEAGUES", "LANGUAGE", "TRACK", "REFUSED")


def exclusions(
    mentees: Sequence[Mentee], mentors: Sequence[Mentor], ties: Ties, answers: Answers
) -> Mapping[str, Mask]:
    """By reason, where a mentee (row) and a mentor (column) may not become a pair."""
    mentor_at = {each.person_id: index for index, each in enumerate(mentors)}
    people = [each.person_id for each in mentees]
    shape = (len(mentees), len(mentors))

    def marked(pairs: Iterable[tuple[int, UUID]]) -> Mask:
        found = np.zeros(shape, dtype=np.bool_)
        for row, mentor in pairs:
            if mentor in mentor_at:
                found[row, mentor_at[mentor]] = True
        return found

    reverse = _by_first(ties.running)  # whom somebody mentors now
    had = _by_second(ties.running | ties.former)  # by whom somebody was or is mentored
    refused = _by_second(answers.refused)
    avoided_by = _by_second((mentor.person_id, other) for mentor in mentors for other in mentor.avoids)
    rows = list(enumerate(mentees))
    return {
        "SELF": marked((row, person) for row, person in enumerate(people)),
        "REVERSE": marked((row, other) for row, person in enumerate(people) for other in reverse.get(person, ())),
        "FORMER": marked((row, other) for row, person in enumerate(people) for other in had.get(person, ())),
        "AVOIDED": marked(
            (row, other) for row, each in rows for other in (*each.avoids, *avoided_by.get(each.person_id, ()))
        ),
        "COLLEAGUES": _colleagues(mentees, mentors),
        "LANGUAGE": ~_shared([each.languages for each in mentees], [each.languages for each in mentors]),
        "TRACK": _off_track(mentees, mentors),
        "REFUSED": marked((row, other) for row, each in rows for other in refused.get(each.demand_id, ())),
    }  # fmt: skip


def any_of(excluded: Mapping[str, Mask]) -> Mask:
    """Where any reason holds."""
    found = np.zeros_like(next(iter(excluded.values())))
    for mask in excluded.values():
        found |= mask
    return found


def circles(mentees: Sequence[Mentee], mentors: Sequence[Mentor], ties: Ties) -> set[tuple[int, int]]:
    """Pairs of people whom a third one already ties together: allowed, and shown to people first (domain §P3.12)."""
    guides = _by_first(ties.running)
    mentor_at = {each.person_id: index for index, each in enumerate(mentors)}
    found = set()
    for row, each in enumerate(mentees):
        ahead = {last for middle in guides.get(each.person_id, ()) for last in guides.get(middle, ())}
        behind = {
            first for first, middles in guides.items() if any(each.person_id in guides.get(m, ()) for m in middles)
        }
        found |= {(row, mentor_at[other]) for other in ahead | behind if other in mentor_at}
    return found


def _by_first(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for first, second in pairs:
        found.setdefault(first, set()).add(second)
    return found


def _by_second(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, set[UUID]]:
    return _by_first((second, first) for first, second in pairs)


def _shared(mentees: Sequence[Iterable[str]], mentors: Sequence[Iterable[str]]) -> Mask:
    """Where both name the same of something."""
    names = sorted({name for row in (*mentees, *mentors) for name in row})
    ours = np.array([[name in set(row) for name in names] for row in mentees], dtype=np.float32)
    theirs = np.array([[name in set(row) for name in names] for row in mentors], dtype=np.float32)
    return np.asarray(ours.reshape(len(mentees), -1) @ theirs.reshape(len(mentors), -1).T > 0)


def _colleagues(mentees: Sequence[Mentee], mentors: Sequence[Mentor]) -> Mask:
    """The same employer, and the same team or one that is not known: a reporting line cannot be ruled out."""
    found = np.zeros((len(mentees), len(mentors)), dtype=np.bool_)
    staff: dict[str, list[int]] = {}
    for column, mentor in enumerate(mentors):
        if mentor.employer:
            staff.setdefault(mentor.employer.casefold().strip(), []).append(column)
    for row, mentee in enumerate(mentees):
        for column in staff.get(mentee.employer.casefold().strip(), ()):
            teams = {mentee.team.casefold().strip(), mentors[column].team.casefold().strip()}
            found[row, column] = "" in teams or len(teams) == 1
    return found


def _off_track(mentees: Sequence[Mentee], mentors: Sequence[Mentor]) -> Mask:
    student = np.array([each.student for each in mentees], dtype=np.bool_)[:, None]
    takes_students = np.array([each.track != "ALUMNI" for each in mentors], dtype=np.bool_)[None, :]
    takes_alumni = np.array([each.track != "STUDENT" for each in mentors], dtype=np.bool_)[None, :]
    return np.where(student, ~takes_students, ~takes_alumni)
