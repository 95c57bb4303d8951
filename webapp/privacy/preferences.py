"""What the page of one's preferences shows: each question in plain words, what holds, and what was answered before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.association import consents, memberships
from workflows.association.consents import KEYS, ConsentEvent, Holder

VISIBILITY: Final[Mapping[str, LazyString]] = MappingProxyType(
    {"members": _("All members"), "promotion": _("My class"), "groups": _("My groups"), "hidden": _("Nobody")}
)
YES_NO: Final[Mapping[str, LazyString]] = MappingProxyType({"YES": _("Yes"), "NO": _("No")})
QUESTIONS: Final[Mapping[str, tuple[LazyString, LazyString]]] = MappingProxyType(
    {
        "directory_identity": (
            _("Who sees my name, my class and my programme in the directory?"),
            _("The directory is for members alone. You may be found by nobody at all."),
        ),
        "directory_contact": (
            _("Who sees how to reach me?"),
            _("Your e-mail address and telephone number. Nobody sees them unless you say so."),
        ),
        "directory_career": (
            _("Who sees my career?"),
            _("Your employer, your position and your sector."),
        ),
        "directory_town": (
            _("Who sees in which town I live?"),
            _("The town alone, and by it you may be found. Nobody sees it unless you say so."),
        ),
        "assoc_news": (
            _("May we send you the news of the association?"),
            _("At most one mail a day. What answers an act of yours, such as a receipt, reaches you in any case."),
        ),
        "sms_reminders": (
            _("May we remind you by SMS, just before your membership ends?"),
            _("On your mobile, by day and on working days. Nobody sends you one unless you say yes."),
        ),
        "foundation_transfer": (
            _("May the Foundation learn your name and how to reach you?"),
            _("It then writes to you itself. Refusing changes nothing about your membership."),
        ),
        "foundation_mails": (
            _("May the Foundation write to you about your gifts?"),
            _("Thanks, news of what gifts did, and appeals. Your tax receipt reaches you in any case."),
        ),
        "donor_name_printed": (
            _("May your name be printed among the donors?"),
            _("In the magazine and in the report of the Foundation. Nobody prints it unless you say yes."),
        ),
        "commercial_partners": (
            _("May partners of the association make you offers?"),
            _("Nobody gets your address unless you say yes, and you may take it back."),
        ),
        "mentoring_profile_public": (
            _("May your mentor profile be seen outside the association?"),
            _("For people who look for a mentor before they join."),
        ),
        "photo_video": (
            _("May photos and films be published on which you can be recognised?"),
            _("Of events of the association, in the magazine and on its pages."),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One entry of the register."""

    value: LazyString | str
    at: datetime
    source: LazyString | str


@dataclass(frozen=True, slots=True)
class Question:
    """A preference as the page asks for it. `own`: it was answered; else the value is what holds without an answer."""

    key: str
    title: LazyString
    hint: LazyString
    value: str
    choices: Mapping[str, LazyString]
    own: bool
    history: Sequence[Answered]


def sources() -> Mapping[str, LazyString]:
    """Where an answer came from, in words."""
    return {
        "JOIN_FORM": _("when joining"),
        "PROFILE": _("on this page"),
        "PAPER": _("on paper"),
        "UNSUBSCRIBE_LINK": _("by the link in a mail"),
        "STAFF": _("told to the office"),
        "IMPORT": _("taken over from the former file"),
    }


def questions(session: Session, person_id: UUID) -> Sequence[Question]:
    """Every preference of a person that has words, in the order of the register."""
    member = memberships.entitlement(session, person_id) in memberships.PAID_UP
    given = consents.given(session, Holder(person_id=person_id))
    events = session.scalars(
        select(ConsentEvent).where(ConsentEvent.person_id == person_id).order_by(ConsentEvent.at.desc())
    ).all()
    return [_question(key, member, given.get(key), [each for each in events if each.key == key]) for key in QUESTIONS]


def _question(key: str, member: bool, value: str | None, events: Sequence[ConsentEvent]) -> Question:
    known, (title, hint) = KEYS[key], QUESTIONS[key]
    choices = YES_NO if set(known.values) == set(YES_NO) else VISIBILITY
    default = known.member_default if member else known.other_default
    told = sources()
    history = [Answered(choices.get(e.value, e.value), e.at, told.get(e.source, e.source)) for e in events]
    return Question(key, title, hint, value or default, choices, value is not None, history)
