"""The papers of a career group: its charter with who signed, the sheet of a session, the summary at half way, and the
certificate of whoever followed it to the end.

The first three are set anew whenever somebody asks, as things stand; the certificate is issued once and kept. §P2.9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.registry import ServiceTask, ServiceWork
from workflows.association import issued_documents, letters, people, roles, texts, wording
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day, uuid
from workflows.association.cohorts import participation, planning, records, sheets
from workflows.association.cohorts.dropped_leads import ROLES
from workflows.association.cohorts.records import MISSED, PAUSED, Cohort, CohortMark, CohortSeat
from workflows.association.letters import Table
from workflows.association.member_documents import letter_page
from workflows.association.settings import Association
from workflows.association.typesetting import Page, Sender, typeset

CERTIFICATE: Final = "cohort_certificate"
_Named: TypeAlias = list[tuple[str, CohortSeat]]
_TO_SIGN: Final = "." * 44  # a line to sign on
_WORDS: Final = {
    "fr": {
        "signer": "Participant·e", "signed": "Signée en ligne le", "not_yet": "pas encore", "signatures": "Signatures",
        "person": "Participant·e", "here": "Présence", "sign": "Signature", "invited": "Invité·es",
        "present": "Présent·es", "attended": "Séances suivies · fiche projet", "whole": "Présence du groupe",
        "SELF": "bilan", "PROJECT": "scénarios", "FIELD": "enquête", "ACTION": "plan d’action", "": "pas de fiche",
        "R": "à distance", "P": "sur place",
        "text_of": "Texte en vigueur le",
        "E": "excusé·e", "U": "absent·e", "=": "en pause",
    },
    "en": {
        "signer": "Participant", "signed": "Signed online on", "not_yet": "not yet", "signatures": "Signatures",
        "person": "Participant", "here": "Attendance", "sign": "Signature", "invited": "Invited", "present": "Present",
        "attended": "Sessions attended · project sheet", "whole": "Attendance of the group", "SELF": "assessment",
        "PROJECT": "scenarios", "FIELD": "inquiry", "ACTION": "action plan", "": "no sheet", "R": "remotely",
        "text_of": "Text in force on", "P": "present", "E": "excused", "U": "absent", "=": "on a pause",
    },
}  # fmt: skip
_LEFT: Final = frozenset({"LEFT", "SUCCESS"})  # not who never came, was moved, or followed it to the end
_MARKS: Final = {"PRESENT": "P", "REMOTE": "R", "EXCUSED": "E", "UNEXCUSED": "U", PAUSED: "="}


def charter(session: Session, association: Association, cohort: Cohort, lang: str, today: date) -> bytes:
    """The charter as PDF, with whoever sits in the group, and since when each has signed.

    Whoever signed before the text was changed stands under the text that was in force on that day.
    """
    said, seats = _WORDS[lang], records.seats(session, cohort.id, sitting=False)
    signed = {seat.id: records.signed_at(session, seat) for seat in seats}
    days = {key: None if moment is None else local_day(moment, PARIS) for key, moment in signed.items()}
    named = _named(session, [seat for seat in seats if days[seat.id] or seat.state in records.SITTING])
    parts = []
    for day, rows in _by_text(session, named, days, lang, today):
        count = sum(days[seat.id] is not None for _name, seat in rows)
        shown = [(name, wording.day(on, lang) if (on := days[seat.id]) else said["not_yet"]) for name, seat in rows]
        table = Table((said["signer"], said["signed"]), shown, (said["signatures"], f"{count} / {len(rows)}"))
        parts.append((day, table))
    return _document(session, association, cohort, "cohort_charter", lang, today, {}, parts)


def _by_text(
    session: Session, named: _Named, days: Mapping[UUID, date | None], lang: str, today: date
) -> Sequence[tuple[date, _Named]]:
    """The seats by the text that each signed, or would sign today, the oldest text first; with the last day of each."""
    found: dict[str, tuple[date, _Named]] = {}
    for name, seat in sorted(named, key=lambda each: days[each[1].id] or today):
        day = days[seat.id] or today
        body = texts.letter(session, "cohort_charter", lang, day).body
        found[body] = (day, [*found.get(body, (day, []))[1], (name, seat)])
    return [(day, [each for each in named if each in rows]) for day, rows in found.values()] or [(today, [])]


def attendance(
    session: Session, association: Association, cohort: Cohort, number: int, lang: str, today: date
) -> bytes | None:
    """The sheet of a session as PDF: to be signed by hand before it is noted, who was there afterwards.

    None where there is no such session.
    """
    found, said = planning.session_of(session, cohort, number), _WORDS[lang]
    if found is None or found.state == appointments.CANCELLED:
        return None
    seats = records.seats(session, cohort.id, sitting=False)
    noted = records.marks_of_session(session, [seat.id for seat in seats], number)
    shown = [seat for seat in seats if (seat.id in noted if noted else seat.state in records.SITTING)]
    rows = [
        (name, _attended(noted.get(seat.id), seat.pauses_on(found.day), said)) for name, seat in _named(session, shown)
    ]
    there = _there(list(noted.values()))
    total = (said["present"], str(there)) if noted else (said["invited"], str(len(rows)))
    values = {
        "session_no": str(number), "session_place": found.place or "—",
        "session_when": f"{wording.day(found.day, lang)}, {found.begins:%H:%M}",
    }  # fmt: skip
    head = (said["person"], said["here"] if noted else said["sign"])
    table = Table(head, rows, total, tall=not noted)
    return _document(session, association, cohort, "cohort_attendance", lang, today, values, [(today, table)])


def _attended(mark: CohortMark | None, pauses: bool, said: Mapping[str, str]) -> str:
    if mark is not None:
        return said[_MARKS[mark.mark]]
    return said["="] if pauses else _TO_SIGN


def summary(session: Session, association: Association, cohort: Cohort, lang: str, today: date) -> bytes:
    """Where the group stands, as PDF: sessions, attendance, project sheets; for those who lead it."""
    said, seats = _WORDS[lang], records.seats(session, cohort.id)
    marks = {seat.id: records.marks(session, seat.id) for seat in seats}
    written = sheets.versions(session, [seat.id for seat in seats])
    rows = [
        (name, f"{_there(marks[seat.id])} / {_counted(marks[seat.id])} · {said[written.get(seat.id, '')]}")
        for name, seat in _named(session, seats)
    ]
    there, counted = sum(map(_there, marks.values())), sum(map(_counted, marks.values()))
    share = f"{100 * there // counted}{'' if lang == 'en' else ' '}%" if counted else "—"
    table = Table((said["person"], said["attended"]), rows, (said["whole"], share))
    gone = [seat for seat in records.seats(session, cohort.id, sitting=False) if seat.state in _LEFT]
    values = {
        "held": str(cohort.held), "sessions": str(cohort.sessions), "people_count": str(len(seats)),
        "left_count": str(len(gone)), "started_on": wording.day(cohort.starts_on, lang),
    }  # fmt: skip
    return _document(session, association, cohort, "cohort_summary", lang, today, values, [(today, table)])


def _there(marks: Sequence[CohortMark]) -> int:
    return sum(each.mark not in {*MISSED, PAUSED} for each in marks)


def _counted(marks: Sequence[CohortMark]) -> int:
    return sum(each.mark != PAUSED for each in marks)


def service_tasks(association: Association) -> tuple[ServiceTask, ...]:
    """`participation.complete`, with the certificate."""

    def complete(work: ServiceWork) -> Mapping[str, object]:
        coming = participation.complete(work)
        _certify(association, work)
        return coming

    return (ServiceTask("participation.complete", complete, frozenset({"opinion_reminder"})),)


def _certify(association: Association, work: ServiceWork) -> None:
    """One certificate a seat, in its holder's language."""
    session, today = work.session, local_day(work.now, work.engine.settings.zone)
    seat = session.get_one(CohortSeat, uuid(work.variables, "seat_id"))
    cohort, person = session.get_one(Cohort, seat.cohort_id), people.get(session, seat.person_id)
    if person is None:
        return
    days = [each.day for each in appointments.of_calendar(session, cohort.key) if each.state != appointments.CANCELLED]
    values = {
        "association": association.name, "full_name": person.display_name, "cohort": cohort.key,
        "started_on": wording.day(cohort.starts_on, person.lang), "issued_on": wording.day(today, person.lang),
        "ends_on": wording.day(max(days, default=today), person.lang),
        "times_met": str(_there([*participation.earlier_marks(session, seat), *records.marks(session, seat.id)])),
    }  # fmt: skip
    page = letter_page(session, association, CERTIFICATE, person.lang, person, values, today)
    issued_documents.issue(
        session, page, key=f"cohort-certificate:{seat.id.hex}", kind=CERTIFICATE.upper(), person_id=person.id,
        file_name=f"cohort-certificate-{cohort.key.lower()}.pdf", now=work.now,
    )  # fmt: skip


def _named(session: Session, seats: Sequence[CohortSeat]) -> _Named:
    """The seats with the names of their holders, by name."""
    names = people.names_of(session, [seat.person_id for seat in seats])
    found = [(names.get(seat.person_id, "–"), seat) for seat in seats]
    return sorted(found, key=lambda each: (each[0].casefold(), str(each[1].id)))


def _document(
    session: Session, association: Association, cohort: Cohort, kind: str, lang: str, today: date,
    values: Mapping[str, str], parts: Sequence[tuple[date, Table]],
) -> bytes:  # fmt: skip
    """A paper of the group under the association's head, to nobody in particular; each table under its day's text."""
    letter = texts.letter(session, kind, lang, today)
    leads = [each for role in ROLES for each in roles.holders(session, role, today, scope=cohort.key)]
    said = {
        "cohort": cohort.key, "issued_on": wording.day(today, lang), "lead_names": _names(session, leads), **values,
    }  # fmt: skip
    blocks: list[letters.Block] = []
    for day, table in parts:
        if len(parts) > 1:
            head = f"{_WORDS[lang]['text_of']} {wording.day(day, lang)}"
            blocks.append({"kind": "paragraph", "runs": [{"text": head, "strong": True}]})
        blocks += letters.blocks(texts.letter(session, kind, lang, day), said, table)
    return typeset(
        Page(
            lang=lang, title=letters.line(letter.title, said), issued_on=today, reader=[],
            sender=Sender(association.name, association.address, association.mentions),
            dateline=letters.line(letter.dated, said), blocks=blocks,
        )
    )  # fmt: skip


def _names(session: Session, ids: Sequence[UUID]) -> str:
    return ", ".join(people.display_name(session, each) for each in ids) or "—"
