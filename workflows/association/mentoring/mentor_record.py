"""The records `mentor.*` and `mentee.*`: what forms F12 and F13 ask, and what staff see of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Final
from uuid import UUID, uuid4

from engine.calendar import PARIS
from engine.errors import Invalid
from workflows.association import memberships, people, wording
from workflows.association.case_variables import day, local_day, text, uuid_or_none, whole
from workflows.association.matching.vocabulary import FUNCTIONS, TOPICS, word
from workflows.association.mentoring import demands, mentors
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.records import Record, Subject, Values

_MENTOR: Final = frozenset(
    {
        *("years_exp", "sector", "functions", "topics", "languages", "capacity", "rhythm", "track", "country"),
        *("employer", "team", "avoid", "charter", "trained_on", "reason"),
    }
)
_MENTOR_SHOWN: Final = frozenset({"person", "status_words", "experience_words", "track_words"})
_MENTEE: Final = frozenset(
    {
        *(
            "goal_1",
            "goal_2",
            "goal_3",
            "topic_1",
            "topic_2",
            "topic_3",
            "sector",
            "wanted_function",
            "country",
            "language",
        ),
        *("other_language", "rhythm", "years_exp", "employer", "team", "avoid", "commitment", "reason"),
    }
)
_MENTEE_SHOWN: Final = frozenset({"person", "goals", "topics_words", "route_words", "since"})
_WORDS: Final = {
    "BLOCKED": ("sanction en cours", "a sanction holds"),
    "STUDENT_TRACK_ONLY": ("pour des étudiants seulement", "for students only"),
    "MANUAL": ("à voir par une personne", "for a person to see"),
    "GUARDIAN": ("mineur : représentant légal et entretien", "under age: guardian and a talk"),
    "DECLINE": ("invité", "a guest"),
    "WAIT": ("a déjà un mentor", "has a mentor already"),
    "INELIGIBLE": ("deux absences : un engagement écrit", "two no-shows: a written commitment"),
    "BOTH": ("étudiants et diplômés", "students and graduates"),
    "STUDENT": ("étudiants", "students"),
    "ALUMNI": ("diplômés", "graduates"),
}


class AlreadyAsked(Invalid):
    """You have a request that is open already: follow it on its page."""

    code: ClassVar[str] = "mentor_already_asked"


def speaker(subject: Subject) -> UUID:
    """Who the case is about: its person, else whoever asks."""
    kind, _, name = subject.by.partition(":")
    found = uuid_or_none(subject.variables, "person_id") or (UUID(name) if kind == "person" else None)
    if found is None:
        raise mentors.MemberUnknown(number="—", field="employer")
    return found


def _read_mentor(subject: Subject, fields: Iterable[str]) -> Values:
    mentor, lang = mentors.of(subject.session, speaker(subject)), subject.language
    if mentor is None:
        return {}
    shown: dict[str, object] = {name: getattr(mentor, name) for name in ("years_exp", "sector", "rhythm", "track")}
    return {
        **shown,
        "trained_on": mentor.trained_on,
        "reason": mentor.reason,
        "person": people.display_name(subject.session, mentor.person_id),
        "status_words": word(_WORDS, text(subject.variables, "mentor_status"), lang),
        "experience_words": f"{mentor.years_exp} years" if lang == "en" else f"{mentor.years_exp} ans",
        "track_words": word(_WORDS, mentor.track, lang),
    }


def _write_mentor(subject: Subject, values: Values) -> Values:
    """Puts a mentor on record, or what was learnt of him since. Raises MemberUnknown, TooMany."""
    person_id, today = speaker(subject), local_day(subject.now, PARIS)
    mentor = mentors.of(subject.session, person_id)
    if "years_exp" in values:
        mentor = mentor or MentorProfile(id=uuid4(), person_id=person_id)
        _fill_mentor(mentor, values)
        mentor.state, mentor.charter_on, mentor.registered_at = mentors.APPLIED, today, subject.now
        subject.session.add(mentor)
        subject.session.flush()
        mentors.avoid(subject.session, person_id, text(values, "avoid"), today)
    if mentor is not None and values.get("trained_on"):
        mentor.trained_on = day(values, "trained_on")
    if mentor is not None and values.get("reason"):
        mentor.reason = text(values, "reason")[:600]
    return {"person_id": str(person_id)}


def _fill_mentor(mentor: MentorProfile, values: Values) -> None:
    for name in ("sector", "rhythm", "track", "employer", "team"):
        setattr(mentor, name, text(values, name).strip())
    mentor.country = text(values, "country", "FR") or "FR"
    mentor.years_exp, mentor.capacity = whole(values, "years_exp", 0), whole(values, "capacity", 1)
    mentor.topics = mentors.keys(values.get("topics"), mentors.MOST_TOPICS, "topics")
    mentor.functions = mentors.keys(values.get("functions"), mentors.MOST_FUNCTIONS, "functions")
    mentor.languages = mentors.keys(values.get("languages"), 9, "languages")
    mentor.ended_on = None


def demand_of(subject: Subject) -> MentorDemand | None:
    """The demand of the case, None before it was opened."""
    found = uuid_or_none(subject.variables, "demand_id")
    return subject.session.get(MentorDemand, found) if found is not None else None


def _read_mentee(subject: Subject, fields: Iterable[str]) -> Values:
    demand, lang = demand_of(subject), subject.language
    if demand is None:
        return {}
    topics = ", ".join(word(TOPICS, each, lang) for each in demand.topics.split())
    functions = ", ".join(word(FUNCTIONS, each, lang) for each in demand.functions.split())
    return {
        "person": people.display_name(subject.session, demand.person_id),
        "goals": people.said_by(subject.session, demand.person_id, demand.goals),
        "topics_words": f"{topics} · {functions}" if functions else topics,
        "route_words": word(_WORDS, text(subject.variables, "route"), lang),
        "since": wording.day(demand.asked_on, lang),
        "reason": demand.reason,
    }


def _write_mentee(subject: Subject, values: Values) -> Values:
    """Opens a demand, or keeps the reason of a decision. Raises MemberUnknown, AlreadyAsked."""
    demand = demand_of(subject)
    if demand is not None:
        demand.reason = text(values, "reason")[:600] or demand.reason
        return {}
    person_id, today = speaker(subject), local_day(subject.now, PARIS)
    if any(each.person_id == person_id for each in demands.open_ones(subject.session)):
        raise AlreadyAsked(field="goal_1")
    membership = memberships.of(subject.session, person_id)
    demand = MentorDemand(
        id=uuid4(), person_id=person_id, asked_on=today, state=demands.OPEN,
        student=membership is not None and membership.category == "STUDENT",
        committed=values.get("commitment") is True, **_asked(values),
    )  # fmt: skip
    subject.session.add(demand)
    subject.session.flush()
    mentors.avoid(subject.session, person_id, text(values, "avoid"), today)
    return {"demand_id": str(demand.id), "person_id": str(person_id)}


def _asked(values: Values) -> Mapping[str, object]:
    def several(*names: str) -> str:
        """Keys in their order, each once."""
        return " ".join(dict.fromkeys(text(values, name) for name in names if values.get(name)))

    goals = [text(values, f"goal_{number}").strip() for number in (1, 2, 3)]
    return {
        "goals": "\n".join(goal for goal in goals if goal),
        "topics": several("topic_1", "topic_2", "topic_3"),
        "sector": text(values, "sector"),
        "functions": several("wanted_function"),
        "languages": several("language", "other_language"),
        "country": text(values, "country", "FR") or "FR",
        "rhythm": text(values, "rhythm", "MONTHLY"),
        "years_exp": whole(values, "years_exp", 0),
        "employer": text(values, "employer").strip(),
        "team": text(values, "team").strip(),
    }


MENTOR: Final = Record(_MENTOR | _MENTOR_SHOWN, _read_mentor, _MENTOR, _write_mentor, frozenset({"reason"}))
MENTEE: Final = Record(_MENTEE | _MENTEE_SHOWN, _read_mentee, _MENTEE, _write_mentee, frozenset({"reason"}))
