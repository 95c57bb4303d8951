"""The record `peers.*`, and the service task that chooses whom of the promotion to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.registry import ServiceWork, service_task
from workflows.association import applications, figures, peers, people
from workflows.association.applicant_record import RECORD as APPLICANT
from workflows.association.case_variables import local_day, text, uuid_or_none
from workflows.association.peers import PeerAnswerRefused, PeerRequest
from workflows.association.records import Record, Subject, Values
from workflows.association.verification import application_of

_ANSWERS = {"YES": "oui", "NO": "non", "UNSURE": "ne sait pas", None: "pas de réponse"}


@service_task("peers.choose", results=("peer_requests", "answer_by"))
def choose(work: ServiceWork) -> Mapping[str, object]:
    """Keeps up to two people to ask; answers the ids of the requests, none where the promotion has nobody to ask."""
    application = application_of(work)
    today = local_day(work.now, work.engine.settings.zone)
    chosen = peers.choose(work.session, application, today)
    requests = peers.ask(work.session, application, chosen, work.now)
    answer_by = work.now + figures.days(work.session, "PEER", today)
    return {"peer_requests": [str(request.id) for request in requests], "answer_by": answer_by}


def _request(subject: Subject) -> PeerRequest | None:
    found = uuid_or_none(subject.variables, "peer_request_id")
    return subject.session.get(PeerRequest, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    shown: dict[str, object] = dict(APPLICANT.read(subject, ("display_name", "studies")))
    request = _request(subject)
    if request is not None:
        shown |= {"knows": request.answer, "comment": request.comment}
    return {**shown, "summary": _summary(subject)}


def _summary(subject: Subject) -> str:
    """One line a person who was asked: name, answer, comment."""
    found = uuid_or_none(subject.variables, "application_id")
    if found is None or applications.get(subject.session, found) is None:
        return "—"
    asked = peers.of_application(subject.session, found)
    names = people.names_of(subject.session, (each.person_id for each in asked))
    lines = [
        f"{names.get(each.person_id, '—')} : {_ANSWERS[each.answer]}" + (f" ({each.comment})" if each.comment else "")
        for each in asked
    ]
    return "\n".join(lines) or "—"


def _write(subject: Subject, values: Values) -> Values:
    """Keeps the answer of the peer whose case this is. Raises PeerAnswerRefused."""
    request = _request(subject)
    if request is None:
        raise PeerAnswerRefused(field="knows")
    peers.answer(subject.session, request, text(values, "knows"), text(values, "comment"), subject.now)
    return {}


_ANSWERED = frozenset({"knows", "comment"})
PEERS = Record(_ANSWERED | {"display_name", "studies", "summary"}, _read, _ANSWERED, _write)
