"""The record `pair.*`: what two people write of their mentorship, each for himself, and what the coordination sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID, uuid4

from engine.calendar import PARIS
from forms.spoken import Spoken
from workflows.association import people, wording
from workflows.association.case_variables import local_day, text, uuid_or_none, whole
from workflows.association.matching.vocabulary import word
from workflows.association.mentoring import by_hand, cards, figures, mail_words, pairs
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import RHYTHM_WORDS
from workflows.association.mentoring.pairs import MentorshipAnswer, MentorshipInquiry
from workflows.association.mentorships import Mentorship
from workflows.association.records import Record, Subject, Values

_SHOWN: Final = frozenset(
    {"other", "other_email", "aims", "rhythm_words", "until", "both", "asker", "state_words", "signs", "said"}
    | {"company", "topic_words", "offer_words", "mentor", "third_card", "third_words"}
)
_WRITTEN: Final = frozenset(
    {
        *("written", "aim_1", "aim_2", "aim_3", "rhythm", "channel", "confidential", "limits", "no_fault"),
        *("met", "mood", "help", "note", "progress_1", "progress_2", "progress_3", "goes_on", "rematch", "findings"),
        "third_no",
        "fit",
        *("reached", "nps", "hours", "changed", "again", "testimony"),
    }
)
_KINDS: Final = {"mood": pairs.CHECK_IN, "goes_on": pairs.REVIEW, "fit": pairs.FIT, "reached": pairs.CLOSING}
TOPICS: Final = {
    "TALK": ("une question, un doute", "a question, a doubt"),
    "OFFER": ("une offre d’emploi ou de stage entre les deux", "an offer of a job or traineeship between the two"),
    "EMPLOYER": ("les deux travaillent désormais au même endroit", "the two now work for the same employer"),
    "THREE": ("ils souhaitent qu’une personne les rejoigne", "they wish somebody to join them"),
}
_THIRD: Final = {
    "DECLINED": ("qui est déjà accompagné n’a pas dit oui", "whoever is mentored already has not said yes"),
    "NOT_FREE": (
        "n’a plus pu être proposée : place prise, demande close ou binôme terminé",
        "could not be proposed any more: the place is taken, the request closed, or the pair has ended",
    ),
}
_CHOICES: Final = {
    "YES": ("oui", "yes"),
    "ADJUST": ("ajuster les objectifs", "adjust the aims"),
    "TALK": ("en parler à une personne", "talk it over with somebody"),
    "STOP": ("arrêter", "stop"),
    "EXTEND": ("prolonger", "go on longer"),
    "INFORMAL": ("rester en contact", "keep in touch"),
    "MENTEE": ("chercher un autre mentor", "look for another mentor"),
    "MENTOR": ("devenir mentor", "become a mentor"),
    "NO": ("en rester là", "leave it there"),
    pairs.CHECK_IN: ("un point", "a check-in"),
    pairs.REVIEW: ("le bilan à mi-parcours", "the review half-way"),
    pairs.FIT: ("après le premier appel", "after the first call"),
    pairs.CLOSING: ("le bilan final", "the closing"),
}
_STATES: Final = {
    "FIRST_CONTACT": ("premier contact", "first contact"),
    "RUNNING": ("en cours", "running"),
    "ENDED": ("terminé", "ended"),
}


def _of(subject: Subject) -> Mentorship | None:
    found = uuid_or_none(subject.variables, "pair_id")
    return subject.session.get(Mentorship, found) if found is not None else None


def side_of(variables: Mapping[str, object]) -> str:
    """Whose form it is: where both are asked, the case says which; else the mentee's."""
    side = variables.get("side")
    return text(side, "side", pairs.MENTEE) if isinstance(side, Mapping) else pairs.MENTEE


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    pair, lang = _of(subject), subject.language
    if pair is None:
        return {}
    names = people.names_of(subject.session, (pair.mentor_id, pair.mentee_id))
    other = pair.mentee_id if side_of(subject.variables) == pairs.MENTOR else pair.mentor_id
    today = local_day(subject.now, PARIS)
    ends = pairs.after_months(today, figures.months(subject.session, "PAIR", today))
    return {
        "other": names.get(other, "—"),
        "other_email": people.primary_email(subject.session, other) or "—",
        "aims": pair.aims or "—",
        "rhythm_words": word(RHYTHM_WORDS, pair.rhythm, lang),
        "until": wording.day(ends, lang),
        "asker": names.get(pair.mentor_id if _asked_by_mentor(subject) else pair.mentee_id, "—"),
        "both": f"{names.get(pair.mentor_id, '—')} → {names.get(pair.mentee_id, '—')}",
        "mentor": names.get(pair.mentor_id, "—"),
        "third_card": _third_card(subject),
        "third_words": word(_THIRD, text(subject.variables, "third_outcome", ""), lang) or "—",
        "state_words": word(_STATES, pair.state, lang),
        "signs": wording.day(pair.sign_on, lang) if pair.sign_on is not None else "—",
        "said": said(subject, pair, names),
        "company": mail_words.company(subject.session, pair, lang) or "—",
        "topic_words": word(TOPICS, text(subject.variables, "help_topic", "TALK"), lang),
        "offer_words": wording.day(pair.offer_on, lang) if pair.offer_on is not None else "—",
    }


def _third_card(subject: Subject) -> str:
    """Who could be the third, without a name."""
    found = uuid_or_none(subject.variables, "third_demand_id")
    demand = subject.session.get(MentorDemand, found) if found is not None else None
    return cards.mentee_card(demand, subject.language) if demand is not None else "—"


def _asked_by_mentor(subject: Subject) -> bool:
    return text(subject.variables, "asked_by") == pairs.MENTOR


def said(subject: Subject, pair: Mentorship, names: Mapping[UUID, str]) -> str:
    """The last words of both, one a line; in the language of both, where they share it."""
    lines = []
    answers = pairs.answers(subject.session, pair.id)[-4:]
    for each in answers:
        mood = f"{each.mood}/5" if each.mood is not None else word(_CHOICES, each.choice or each.kind, subject.language)
        colon = ": " if subject.language == "en" else " : "
        lines.append(f"{names.get(each.person_id, '—')}{colon}{mood} {each.note or each.changed}".rstrip())
    spoken = {people.language(subject.session, each.person_id) for each in answers if each.note or each.changed}
    told = "\n".join(lines)
    return Spoken(told, spoken.pop()) if len(spoken) == 1 else told or "—"


def _write(subject: Subject, values: Values) -> Values:
    """Keeps what one side says; whatever it is, it is a sign. Raises MemberUnknown, ThirdHasNotAsked, NoPlaceLeft,
    KeptApart."""
    pair = _of(subject)
    if pair is None:
        return {}
    today = local_day(subject.now, PARIS)
    if "findings" in values:
        subject.session.add(
            MentorshipInquiry(
                id=uuid4(), mentorship_id=pair.id, findings=text(values, "findings"), noted_by=subject.by[:64],
                noted_at=subject.now,
            )
        )  # fmt: skip
        return {}
    number = text(values, "third_no").strip()
    if number:
        demand, asks = by_hand.third(subject.session, pair, number, subject.now)
        return {"third_demand_id": str(demand.id), "third_asks": [str(each) for each in asks]}
    if "rematch" in values:
        return {"rematch": text(values, "rematch") == "true" and pair.demand_id is not None}
    pairs.sign(pair, today)
    if values.get("written") is True and pair.first_word_on is None:
        pair.first_word_on = today
    if "aim_1" in values:
        aims = [text(values, f"aim_{number}").strip() for number in (1, 2, 3)]
        pair.aims = "\n".join(f"- {aim}" for aim in aims if aim)
        pair.rhythm, pair.channel = text(values, "rhythm"), text(values, "channel")
    if values.get("no_fault") is True:
        setattr(pair, f"{side_of(subject.variables).lower()}_signed_at", subject.now)
    if _KINDS.keys() & set(values):
        return _answer(subject, pair, values)
    return {}


def _answer(subject: Subject, pair: Mentorship, values: Values) -> Values:
    side = side_of(subject.variables)
    kind = next(kind for field, kind in _KINDS.items() if field in values)
    given = next((each for each in pairs.answers(subject.session, pair.id, pair.steps) if each.side == side), None)
    if given is None:
        person = pair.mentor_id if side == pairs.MENTOR else pair.mentee_id
        given = MentorshipAnswer(
            id=uuid4(), mentorship_id=pair.id, person_id=person, side=side, step=pair.steps, kind=kind
        )
        subject.session.add(given)
    _fill(given, values, subject)
    if given.mood is not None:
        setattr(pair, f"{side.lower()}_mood", given.mood)
    subject.session.flush()
    both = pairs.answers(subject.session, pair.id, pair.steps)
    if kind == pairs.CHECK_IN and len(both) == 2:
        pair.meetings += max(each.met or 0 for each in both)
    if kind == pairs.CLOSING:
        return {"extends": len(both) == 2 and not pair.extended and all(each.choice == "EXTEND" for each in both)}
    return {}


def _fill(given: MentorshipAnswer, values: Values, subject: Subject) -> None:
    given.answered_at = subject.now
    given.met = whole(values, "met", 0) if "met" in values else None
    given.mood = whole(values, "mood", 3) if "mood" in values else None
    given.help = values.get("help") is True
    given.note = text(values, "note")[:500]
    progress = [
        text(values, f"progress_{number}") for number in (1, 2, 3) if values.get(f"progress_{number}") is not None
    ]
    given.progress = " ".join(progress)
    given.choice = text(values, "goes_on") or text(values, "again") or text(values, "fit")
    given.reached, given.changed = text(values, "reached"), text(values, "changed")[:600]
    given.nps = whole(values, "nps", 0) if "nps" in values else None
    given.hours = whole(values, "hours", 0) if "hours" in values else None
    given.testimony = values.get("testimony") is True


PAIR: Final = Record(_SHOWN | _WRITTEN, _read, _WRITTEN, _write)
