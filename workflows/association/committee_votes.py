"""Decisions of the committee about a person: who voted how many ways, and who else confirmed it.

Four eyes (domain §1.3): whoever wrote a result down does not confirm it, and nobody records or confirms one about
himself; the diagram excludes them. A tie decides nothing: what is proposed is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import people, wording
from workflows.association.case_variables import day, text, uuid, uuid_or_none, whole
from workflows.association.records import Record, Subject, Values

REMOVAL, HONORARY = "REMOVAL", "HONORARY"
_SUBJECTS: Final = {
    REMOVAL: ("exclusion", "removal"),
    HONORARY: ("nomination comme membre d'honneur", "appointment as an honorary member"),
}


class NobodyVoted(Invalid):
    """A vote has at least one voice."""

    code: ClassVar[str] = "nobody_voted"


class CommitteeVote(Base):
    """One vote. `confirmed_by` is another member of the committee than `recorded_by`."""

    __tablename__ = "committee_vote"
    __privacy__ = Personal(
        "election", "person_id", "empty", erase="minutes", ids="recorded_by confirmed_by", plain="subject",
        withheld="recorded_by confirmed_by", since="held_on",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    subject: Mapped[str] = mapped_column(String(12))
    held_on: Mapped[date]
    in_favour: Mapped[int]
    against: Mapped[int]
    abstained: Mapped[int]
    minutes: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_by: Mapped[str | None] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_committee_vote_person", "person_id", "held_on"),
        CheckConstraint("in_favour >= 0 AND against >= 0 AND abstained >= 0", name="ck_committee_vote_voices"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="ck_committee_vote_four_eyes"),
    )

    @property
    def approved(self) -> bool:
        """Whether more voices are for it than against it."""
        return self.in_favour > self.against


def of_case(subject: Subject) -> CommitteeVote | None:
    """The vote that a case has come to."""
    found = uuid_or_none(subject.variables, "vote_id")
    return subject.session.get(CommitteeVote, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    person = people.get(subject.session, uuid(subject.variables, "person_id"))
    words = _SUBJECTS.get(text(subject.variables, "vote_subject"), ("", ""))
    shown: dict[str, object] = {
        "person": person.display_name if person is not None else "",
        "subject": words[subject.language == "en"],
    }
    vote = of_case(subject)
    if vote is not None:
        names = ("held_on", "in_favour", "against", "abstained", "minutes")
        shown |= {name: getattr(vote, name) for name in names}
        if vote.minutes is not None:
            shown["minutes"] = people.said_as(subject.session, vote.recorded_by, vote.minutes)
        shown["result"] = _result(vote, subject.language)
    return shown


def _result(vote: CommitteeVote, language: str) -> str:
    held = wording.day(vote.held_on, language)
    if language == "en":
        return f"{held}: {vote.in_favour} for, {vote.against} against, {vote.abstained} abstained"
    return f"{held} : {vote.in_favour} pour, {vote.against} contre, {vote.abstained} abstention(s)"


def _write(subject: Subject, values: Values) -> Values:
    """Keeps the result of a vote. Raises NobodyVoted, VariableUnusable."""
    person_id = uuid(subject.variables, "person_id")
    voices = {name: whole(values, name, 0) for name in ("in_favour", "against", "abstained")}
    if not sum(voices.values()):
        raise NobodyVoted(field="in_favour")
    vote = of_case(subject) or CommitteeVote(id=uuid4(), person_id=person_id)
    vote.subject, vote.held_on = text(subject.variables, "vote_subject"), day(values, "held_on")
    vote.in_favour, vote.against, vote.abstained = voices["in_favour"], voices["against"], voices["abstained"]
    vote.minutes = text(values, "minutes")[:2000] or None
    vote.recorded_by, vote.recorded_at = subject.by, subject.now
    vote.confirmed_by = vote.confirmed_at = None
    subject.session.add(vote)
    subject.session.flush()
    return {"vote_id": str(vote.id), "approved": vote.approved}


def _confirm(subject: Subject, values: Values) -> Values:
    """Another member of the committee says that it is so, or that it is not."""
    vote = of_case(subject)
    if vote is None:
        return {}
    right = values.get("is_right") == "YES"
    if right:
        vote.confirmed_by, vote.confirmed_at = subject.by, subject.now
    return {"vote_confirmed": right}


def _read_confirmation(subject: Subject, fields: Iterable[str]) -> Values:
    return {}


_VOICES: Final = frozenset({"held_on", "in_favour", "against", "abstained", "minutes"})
VOTE: Final = Record(_VOICES | {"person", "subject", "result"}, _read, _VOICES, _write)
CONFIRMATION: Final = Record(frozenset({"is_right"}), _read_confirmation, frozenset({"is_right"}), _confirm)
