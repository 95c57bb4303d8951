"""Whether a case is found by what it says: its terms are those of its titles, its number and the records it names.

Searches, export and erasure find cases by them (`engine.terms`), so a lost one hides a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from engine.audit.faults import Fault, Mend
from engine.audit.rows import CaseRows
from engine.bpmn import Case
from engine.terms import about_records, drop_terms, keep_terms, subjects, words

__all__ = ["wrong_terms"]


def wrong_terms(rows: CaseRows, case: Case | None) -> Iterator[Fault]:
    """What the index of searches lacks, and what it says that no longer holds.

    An ended case, `None`, keeps the records that it named last, which nothing says any more: its words alone are told.
    """
    found = rows.instance
    named = frozenset() if case is None else subjects(case.variables)
    missing = (words(found.title, found.titles, found.business_key) | named) - rows.terms
    if missing:
        message = f"The search does not find case {found.id} by {len(missing)} of its words and records."
        yield Fault("terms_missing", found.id, message, "they are written", _adding(rows, missing))
    untrue = frozenset() if case is None else about_records(rows.terms) - named
    if untrue:
        message = f"The search finds case {found.id} by {len(untrue)} records that it does not name."
        yield Fault("terms_untrue", found.id, message, "they are deleted", _dropping(found.id, untrue))


def _adding(rows: CaseRows, terms: frozenset[str]) -> Mend:
    def mend(session: Session) -> None:
        keep_terms(session, rows.instance.id, rows.instance.started_at, terms)

    return mend


def _dropping(case: UUID, terms: frozenset[str]) -> Mend:
    def mend(session: Session) -> None:
        drop_terms(session, case, terms)

    return mend
