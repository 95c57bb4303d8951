"""The service task that invoices a paid order: the number, the row, and the PDF as it was issued."""

from __future__ import annotations

from engine.registry import ServiceTask, ServiceWork
from workflows.association import invoices, member_documents, people
from workflows.association.case_variables import local_day, uuid
from workflows.association.checkout import order_of
from workflows.association.settings import Association

JOB_TYPE = "invoice.issue"


def service_task(association: Association) -> ServiceTask:
    """The service task `invoice.issue` of an association."""

    def issue(work: ServiceWork) -> None:
        """Invoices the association's lines, once; what cost nothing has no invoice."""
        session, order, person_id = work.session, order_of(work), uuid(work.variables, "person_id")
        invoice = invoices.issue(session, order, person_id, local_day(work.now, work.engine.settings.zone))
        if invoice is not None:
            lang = people.language(session, person_id)
            member_documents.invoice(session, association, invoice, order, lang=lang, now=work.now)

    return ServiceTask(JOB_TYPE, issue, results=frozenset())
