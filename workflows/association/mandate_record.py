"""The record `mandate.*`: the direct-debit mandate that an applicant signs in the basket."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.association import mandate_changes, mandates
from workflows.association.applicant_record import find
from workflows.association.case_variables import text
from workflows.association.mandates import MandateUnsigned
from workflows.association.records import Record, Subject, Values

_FIELDS = frozenset({"holder", "iban", "bic", "kind", "signed"})


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    """The mandate of the application; the signature is given anew each time."""
    application = find(subject)
    person_id = application.person_id if application is not None else subject.id("person_id")
    mandate = mandates.current(subject.session, application.id if application is not None else None, person_id)
    if mandate is None:
        return {}
    return {"holder": mandate.holder, "iban": mandate.iban, "bic": mandate.bic, "kind": mandate.kind}


def _write(subject: Subject, values: Values) -> Values:
    """Signs the mandate where an account is given. Raises MandateUnsigned, IbanRefused, AccountOutsideSepa."""
    application = find(subject)
    person_id = application.person_id if application is not None else subject.id("person_id")
    if (application is None and person_id is None) or not text(values, "iban").strip():
        return {}
    if values.get("signed") is not True:
        raise MandateUnsigned(field="mandate_signed")
    mandate = mandate_changes.sign(
        subject.session,
        application_id=application.id if application is not None else None,
        person_id=person_id,
        holder=text(values, "holder"),
        iban=text(values, "iban"),
        bic=text(values, "bic"),
        kind=text(values, "kind"),
        by=subject.by,
        now=subject.now,
        origin=subject.origin if subject.by in {application and application.actor, f"person:{person_id}"} else "",
    )
    return {"mandate_id": str(mandate.id)}


MANDATE = Record(_FIELDS, _read, _FIELDS, _write)
