"""Documents as they were issued: the PDF itself, kept with its digest, never written anew.

A document has a key, so that issuing the same thing twice gives the first one again: an invoice its number, an
attestation its period and language. Kept for ten years, as accounts are (code de commerce, art. L123-22).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.bounds import REQUEST_KEY, check
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.typesetting import Page, typeset

INVOICE, CREDIT_NOTE, DUES_ATTESTATION = "INVOICE", "CREDIT_NOTE", "DUES_ATTESTATION"
RESIGNATION_RECEIPT, FORMAL_NOTICE = "RESIGNATION_RECEIPT", "FORMAL_NOTICE"
REMOVAL_NOTICE, HONORARY_LETTER = "REMOVAL_NOTICE", "HONORARY_LETTER"
LETTER = "LETTER"
SEPA_MANDATE, SEPA_NOTICE = "SEPA_MANDATE", "SEPA_NOTICE"


class IssuedDocument(Base):
    """One PDF. `body` is fetched where it is read, not where documents are listed."""

    __tablename__ = "issued_document"
    __privacy__ = (
        Personal(
            "accounting", "person_id", "keep", plain="key kind lang title file_name sha256 body",
            where="kind <> 'DUES_ATTESTATION'", since="issued_on",
        ),
        Personal("membership", "person_id", where="kind = 'DUES_ATTESTATION'", since="issued_on"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(REQUEST_KEY), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))  # None: a company's
    lang: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(120))
    file_name: Mapped[str] = mapped_column(String(120))
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Moment)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    __table_args__ = (Index("ix_issued_document_person", "person_id", "issued_at"),)


def by_key(session: Session, key: str) -> IssuedDocument | None:
    """The document of this key."""
    return session.scalars(select(IssuedDocument).where(IssuedDocument.key == key)).one_or_none()


def of_person(session: Session, person_id: UUID) -> Sequence[IssuedDocument]:
    """What was issued to a person, the newest first, without the bytes."""
    query = select(IssuedDocument).where(IssuedDocument.person_id == person_id)
    return session.scalars(query.order_by(IssuedDocument.issued_at.desc(), IssuedDocument.key.desc())).all()


def issue(
    session: Session, page: Page, *, key: str, kind: str, person_id: UUID | None, file_name: str, now: datetime
) -> IssuedDocument:
    """Sets a page and keeps it; the one of this key where it was issued before. Raises PageNotSet, and TextRefused
    for a key that PostgreSQL would not store."""
    check({"key of a document": key}, REQUEST_KEY)
    found = by_key(session, key)
    if found is not None:
        return found
    body = typeset(page)
    document = IssuedDocument(
        id=uuid4(),
        key=key,
        kind=kind,
        person_id=person_id,
        lang=page.lang,
        title=page.title[:120],
        file_name=file_name,
        issued_on=page.issued_on,
        issued_at=now,
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        body=body,
    )
    session.add(document)
    session.flush()
    return document


def is_unchanged(document: IssuedDocument) -> bool:
    """Whether the bytes are those that were issued."""
    return hashlib.sha256(document.body).hexdigest() == document.sha256
