"""What is shown of somebody before names are known: sector, functions, topics, languages; and why the two fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from workflows.association.matching.reasons import Reason, reasons
from workflows.association.matching.vocabulary import FUNCTIONS, LANGUAGES, SECTORS, TOPICS, Words, word
from workflows.association.mentoring import figures, lists, mentors, pairs, proposals
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import RHYTHM_WORDS, MentorProfile
from workflows.association.mentoring.proposals import PairProposal

# Whoever is mentored already is told of the new one as the mentor is: by name and address (mail `pair_introduction`).
_BESIDE = {
    "fr": (
        "vous seriez 3 : cette personne en accompagne déjà une autre, qui lira votre nom et votre adresse, et dont "
        "vous lirez le nom"
    ),
    "en": (
        "you would be 3: this person already mentors somebody, who will read your name and address, and whose name "
        "you will read"
    ),
}
_BESIDE_MANY = {
    "fr": (
        "vous seriez {count} : cette personne en accompagne déjà d’autres, qui liront votre nom et votre adresse, et "
        "dont vous lirez les noms"
    ),
    "en": (
        "you would be {count}: this person already mentors others, who will read your name and address, and whose "
        "names you will read"
    ),
}


def mentor_card(mentor: MentorProfile, lang: str) -> str:
    """A mentor without a name."""
    years = f"{mentor.years_exp} years of experience" if lang == "en" else f"{mentor.years_exp} ans d’expérience"
    return _card((mentor.sector, mentor.functions, mentor.topics, mentor.languages, mentor.rhythm), years, lang)


def proposed_mentor(session: Session, proposal: PairProposal, lang: str) -> str:
    """The mentor of a proposal without a name; and how many would work together, where others are mentored already."""
    mentor = mentors.of(session, proposal.mentor_id)
    if mentor is None:
        return "—"
    others = pairs.running(session, proposal.beside_id) if proposal.beside_id is not None else ()
    if not others:
        return mentor_card(mentor, lang)
    words = (_BESIDE if len(others) == 1 else _BESIDE_MANY)["en" if lang == "en" else "fr"]
    return f"{mentor_card(mentor, lang)} · {words.format(count=len(others) + 2)}"


def mentee_card(demand: MentorDemand, lang: str) -> str:
    """A mentee without a name; the goals are shown apart."""
    years = f"{demand.years_exp} years of experience" if lang == "en" else f"{demand.years_exp} ans d’expérience"
    said = years if not demand.student else "student" if lang == "en" else "étudiant·e"
    return _card((demand.sector, demand.functions, demand.topics, demand.languages, demand.rhythm), said, lang)


def _card(keys: tuple[str, str, str, str, str], years: str, lang: str) -> str:
    sector, functions, topics, languages, rhythm = keys

    def words(vocabulary: Words, text: str) -> str:
        return ", ".join(word(vocabulary, key, lang) for key in text.split())

    lines = (
        words(SECTORS, sector), words(FUNCTIONS, functions), years, words(TOPICS, topics), words(LANGUAGES, languages),
        word(RHYTHM_WORDS, rhythm, lang),
    )  # fmt: skip
    return " · ".join(line for line in lines if line)


def why(
    session: Session, proposal: PairProposal, now: datetime, lang: str, *, to_pair: bool = True
) -> Sequence[Reason]:
    """The reasons of a proposal in words, those that speak for it first; said to the pair, else to the coordination."""
    mentor = mentors.of(session, proposal.mentor_id)
    demand = session.get(MentorDemand, proposal.demand_id)
    if mentor is None or demand is None:
        return ()
    terms = figures.terms(session, now.astimezone(PARIS).date())
    return reasons(
        lists.mentor_of(mentor, 0, frozenset(), now), lists.mentee_of(demand, frozenset(), now),
        proposals.points(proposal), terms.weights, lang, to_pair=to_pair,
    )  # fmt: skip
