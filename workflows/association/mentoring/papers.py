"""The papers of a pair, issued to both: the agreement with the second signature, the certificate at the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from engine.registry import ServiceTask, ServiceWork
from workflows.association import issued_documents, people, wording
from workflows.association.case_variables import local_day
from workflows.association.member_documents import letter_page
from workflows.association.mentoring import pair_work
from workflows.association.mentoring.mentors import RHYTHM_WORDS
from workflows.association.mentorships import Mentorship
from workflows.association.settings import Association

AGREEMENT, CERTIFICATE = "mentorship_agreement", "mentorship_certificate"


def service_tasks(association: Association) -> tuple[ServiceTask, ...]:
    """`pair.start` and `pair.complete`, each with its paper."""

    def start(work: ServiceWork) -> Mapping[str, object]:
        coming = pair_work.start(work)
        _issue(association, work, AGREEMENT)
        return coming

    def complete(work: ServiceWork) -> None:
        pair_work.complete(work)
        _issue(association, work, CERTIFICATE)

    return (
        ServiceTask("pair.start", start, frozenset({"appointment_id"})),
        ServiceTask("pair.complete", complete, frozenset()),
    )


def _issue(association: Association, work: ServiceWork, kind: str) -> None:
    """One paper a person, once a pair."""
    pair, today = pair_work.pair_of(work), local_day(work.now, work.engine.settings.zone)
    for person_id in (pair.mentee_id, pair.mentor_id):
        person = people.get(work.session, person_id)
        if person is None:
            continue
        said = {"association": association.name, **_values(work.session, pair, today, person.lang)}
        page = letter_page(work.session, association, kind, person.lang, person, said, today)
        issued_documents.issue(
            work.session, page, key=_key(kind, pair.id, person_id), kind=kind.upper(), person_id=person_id,
            file_name=f"{kind.replace('_', '-')}-{today}.pdf", now=work.now,
        )  # fmt: skip


def _key(kind: str, pair_id: UUID, person_id: UUID) -> str:
    """The name of one paper of one person: as long as a key may be, which PostgreSQL holds and SQLite does not."""
    return f"{kind.removeprefix('mentorship_')}:{pair_id.hex}:{person_id.hex}"


def _values(session: Session, pair: Mentorship, today: date, lang: str) -> Mapping[str, str]:
    names = people.names_of(session, (pair.mentor_id, pair.mentee_id))
    french, english = RHYTHM_WORDS.get(pair.rhythm, ("—", "—"))
    return {
        "mentor": names.get(pair.mentor_id, "—"),
        "mentee": names.get(pair.mentee_id, "—"),
        "started_on": wording.day(pair.started_on, lang),
        "ends_on": wording.day(pair.ends_on, lang),
        "issued_on": wording.day(today, lang),
        "aims": pair.aims or "—",
        "rhythm": english if lang == "en" else french,
        "times_met": str(pair.meetings),
    }
