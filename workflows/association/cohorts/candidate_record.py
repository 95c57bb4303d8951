"""The record `candidate.*`: what forms F6 and F7 ask, what is offered, and what staff see of a candidacy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import Conflict, Invalid
from workflows.association import people, wording
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day, text, uuid_or_none, whole
from workflows.association.cohorts import candidacies, figures, records
from workflows.association.cohorts.candidacies import RECRUITING, CohortCandidacy
from workflows.association.cohorts.planning import PersonUnknown, the_person
from workflows.association.cohorts.records import Cohort
from workflows.association.records import Record, Subject, Values

FILES: Final = ("cv", "proof")
CRITERIA: Final = ("drive", "listening", "realism", "stability", "presence")  # 0 to 4 each: 20 in all


class CohortClosed(Invalid):
    """This cohort takes no applications any more: choose another one."""

    code: ClassVar[str] = "cohort_closed"


class CandidateAlready(Conflict):
    """You are a candidate for a cohort already: follow it on its page."""

    code: ClassVar[str] = "cohort_candidate_already"


class ScholarshipsGone(Invalid):
    """All scholarships of this cohort are given."""

    code: ClassVar[str] = "cohort_scholarships_gone"


def open_cohorts(session: Session, today: date) -> Sequence[Cohort]:
    """The cohorts that take applications: they are composed, and their first session is far enough away."""
    last = today + timedelta(weeks=figures.limit(session, "CLOSES", today))
    query = select(Cohort).where(Cohort.state == RECRUITING, Cohort.starts_on >= last)
    return session.scalars(query.order_by(Cohort.starts_on, Cohort.key)).all()


def cohort_choices(session: Session, language: str, today: date) -> list[tuple[str, str]]:
    """Those cohorts with their first day, for a list of choices."""
    return [
        (each.key, f"{wording.day(each.starts_on, language)}, {each.begins:%H:%M} – {each.place or each.key}")
        for each in open_cohorts(session, today)
    ]


def date_choices(session: Session, language: str, variables: Mapping[str, object]) -> list[tuple[str, str]]:
    """The sessions of the cohort of a case, with their days."""
    found = uuid_or_none(variables, "cohort_id")
    cohort = session.get(Cohort, found) if found is not None else None
    if cohort is None:
        return []
    return [(each.key, wording.day(each.day, language)) for each in appointments.of_calendar(session, cohort.key)]


def candidacy(subject: Subject) -> CohortCandidacy | None:
    """The candidacy of the case, None before it was opened."""
    found = uuid_or_none(subject.variables, "candidacy_id")
    return subject.session.get(CohortCandidacy, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    found, lang = candidacy(subject), subject.language
    if found is None:
        return {}
    session, today = subject.session, local_day(subject.now, PARIS)
    cohort = session.get_one(Cohort, found.cohort_id)
    first = appointments.of_calendar(session, cohort.key)[0]
    given = candidacies.scholarships(session, cohort.id)
    most = figures.limit(session, "SCHOLARSHIPS", today)
    return {
        "person": people.display_name(session, found.person_id), "cohort": cohort.key,
        "motivation": people.said_by(session, found.person_id, found.motivation),
        "conflicts": found.conflicts or "—", "school": found.school or "—", "years_exp": found.years_exp,
        "availability_words": f"{found.availability} %", "score_words": _score(found), "words": found.words or "—",
        "first_day": wording.day(first.day, lang), "hour": f"{first.begins:%H:%M}", "place": cohort.place or "—",
        "scholarships": f"{given} / {most}", "reason": found.reason,
        "fee": wording.amount(figures.fee(session, _tariff(found), today), lang),
    }  # fmt: skip


def _score(found: CohortCandidacy) -> str:
    return "—" if found.score is None else f"{found.score} / 20"


def _tariff(found: CohortCandidacy) -> str:
    """The rate that the table `cohort_fee` will choose, to be told beforehand."""
    return ("G" if found.guest else "") + ("POST" if found.situation == "IN_POST" or found.full_rate else "SEEK")


def _write(subject: Subject, values: Values) -> Values:
    """Opens a candidacy, or keeps what was learnt of it. Raises CohortClosed, CandidateAlready, ScholarshipsGone."""
    found = candidacy(subject)
    if found is None:
        return _open(subject, values)
    if "misses" in values:
        return _dates(subject.session, found, values)
    if CRITERIA[0] in values:
        return _talk(subject.session, found, values)
    if "reason" in values:
        found.reason = text(values, "reason")[:1000]
    if "scholarship" in values:
        return _scholarship(subject, found, granted=values.get("scholarship") == "GRANT")
    if "more_time" in values:
        return {"late_fee": text(values, "more_time"), "fee_due_at": _later(subject)}
    return {}


def _open(subject: Subject, values: Values) -> Values:
    session, today = subject.session, local_day(subject.now, PARIS)
    cohort = records.by_key(session, text(values, "cohort"))
    if cohort is None or cohort.id not in {each.id for each in open_cohorts(session, today)}:
        raise CohortClosed(field="cohort")
    person_id = _candidate(subject, text(values, "candidate"))
    if candidacies.open_of(session, person_id) is not None or records.takes_part(session, cohort.id, person_id):
        raise CandidateAlready(field="cohort")
    made = CohortCandidacy(
        id=uuid4(), person_id=person_id, cohort_id=cohort.id, motivation=text(values, "motivation").strip()[:2000],
        conflicts=text(values, "conflicts").strip()[:600], situation=text(values, "situation", "SEEKING"),
        years_exp=whole(values, "years_exp", 0), guest=values.get("guest") is True,
        school=text(values, "school").strip()[:160], files=_handed_in(values), asked_at=subject.now,
        near_lead=values.get("near_lead") is True, state=candidacies.APPLIED,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return {"candidacy_id": str(made.id), "person_id": str(person_id)}


def _handed_in(values: Values) -> list[str]:
    """The files of the form, by their ids: the CV, and the proof of looking for work."""
    given = [values.get(name) for name in FILES]
    return [str(file) for each in given if isinstance(each, list | tuple) for file in each]


def _candidate(subject: Subject, address: str) -> UUID:
    """Whoever asks; where staff write the form for somebody, the person of that address. Raises PersonUnknown."""
    if address.strip():
        return the_person(subject.session, address, "candidate")
    kind, _, name = subject.by.partition(":")
    found = uuid_or_none(subject.variables, "person_id") or (UUID(name) if kind == "person" else None)
    if found is None:
        raise PersonUnknown(field="candidate")
    return found


def _dates(session: Session, found: CohortCandidacy, values: Values) -> Values:
    """The share of the sessions at which somebody can be there: those that he ticked are those that he misses."""
    cohort = session.get_one(Cohort, found.cohort_id)
    known = {each.key for each in appointments.of_calendar(session, cohort.key)}
    ticked = values.get("misses")
    missed = known & {str(each) for each in ticked} if isinstance(ticked, list | tuple) else set()
    found.availability = 100 * (len(known) - len(missed)) // len(known)
    return {"availability": found.availability}


def _talk(session: Session, found: CohortCandidacy, values: Values) -> Values:
    """A talk of two interviewers; of several talks the mean counts."""
    total = sum(whole(values, each, 0) for each in CRITERIA)
    found.score = total if found.score is None else (found.score * found.talks + total) // (found.talks + 1)
    found.talks += 1
    found.words = text(values, "words")[:1000]
    found.second_interviewer_id = the_person(session, text(values, "second_interviewer"), "second_interviewer")
    other = text(values, "advice") == "OTHER_HELP"
    found.full_rate = values.get("full_rate") is True
    found.near_lead = found.near_lead or values.get("near_lead") is True
    situation = "IN_POST" if found.full_rate else found.situation
    return {"talk_score": found.score, "talks": found.talks, "other_help": other, "fee_situation": situation}


def _scholarship(subject: Subject, found: CohortCandidacy, *, granted: bool) -> Values:
    today = local_day(subject.now, PARIS)
    most = figures.limit(subject.session, "SCHOLARSHIPS", today)
    if granted and candidacies.scholarships(subject.session, found.cohort_id) >= most:
        raise ScholarshipsGone(field="scholarship")
    found.scholarship = granted
    return {"scholarship_given": granted}


def _later(subject: Subject) -> datetime:
    days = figures.days(subject.session, "FEE_MORE", local_day(subject.now, PARIS))
    return subject.now + timedelta(days=days)


_ASKED: Final = frozenset(
    {
        "cohort",
        "candidate",
        "motivation",
        "situation",
        "years_exp",
        "guest",
        "school",
        "conflicts",
        "near_lead",
        "misses",
        *FILES,
    }
)
_LEARNT: Final = frozenset(
    {*CRITERIA, "advice", "second_interviewer", "words", "full_rate", "reason", "scholarship", "more_time"}
)
_SHOWN: Final = frozenset(
    {"person", "availability_words", "score_words", "first_day", "hour", "place", "scholarships", "fee"}
)
CANDIDATE: Final = Record(_ASKED | _LEARNT | _SHOWN, _read, _ASKED | _LEARNT, _write)
