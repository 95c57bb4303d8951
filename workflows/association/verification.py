"""How sure the association is that somebody is who they say: the score, and the facts that choose the verification.

Score (domain §P1.4): name, birth date and promotion as in the register 100; name and promotion 70; an address of the
school, verified, +20; two people of the promotion confirm, +30; a proof was sent, +20; another name there −40.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association import applications, figures
from workflows.association.applicant_matches import Candidate, candidates
from workflows.association.applications import Application
from workflows.association.case_variables import local_day, text, uuid

FULL_MATCH, NAME_AND_PROMOTION = 100, 70
SCHOOL_EMAIL, PEERS, PROOF, MISMATCH = 20, 30, 20, -40
SCHOOL_DOMAINS = ("ecole.example", "alumni.ecole.example")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the search says. `best` is the one person the applicant can be taken for, if there is exactly one."""

    score: int
    duplicate: bool
    watch: bool
    best: Candidate | None


def judge(application: Application, found: Sequence[Candidate], *, peers_needed: int) -> Verdict:
    """The verdict on an application from those who may be the applicant."""
    alike = [each for each in found if each.alike]
    best = alike[0] if len(alike) == 1 else None
    twin = (
        any(each.member for each in alike) or len(alike) > 1 or any(each.same_email for each in found if not each.alike)
    )
    score = max((register_points(each) for each in alike), default=0) + own_points(application, peers_needed)
    # In a large promotion others share one's birthday: that contradicts nothing where the name itself is found.
    if not alike and any(each.contradicts for each in found):
        score += MISMATCH
    return Verdict(score, twin, any(each.watched for each in alike), best)


def register_points(candidate: Candidate) -> int:
    """What the register alone is worth."""
    if candidate.same_promotion:
        return FULL_MATCH if candidate.same_birth_date else NAME_AND_PROMOTION
    return 0


def own_points(application: Application, peers_needed: int) -> int:
    """What the applicant brings: an address of the school, peers, a proof."""
    points = 0
    domain = application.email.casefold().rpartition("@")[2]
    if application.email_verified_at is not None and domain in SCHOOL_DOMAINS:
        points += SCHOOL_EMAIL
    if application.peer_confirmations >= peers_needed:
        points += PEERS
    if application.proof_files:
        points += PROOF
    return points


@service_task("application.match", results=("score", "duplicate", "watch", "candidates"))
def match(work: ServiceWork) -> Mapping[str, object]:
    """Searches duplicates and the register. After “not the same person” nobody of the register is taken for them."""
    application = application_of(work)
    found = candidates(work.session, application)
    needed = figures.number(work.session, "PEERS_NEEDED", local_day(work.now, work.engine.settings.zone))
    if text(work.variables, "decision") == "OTHER_PERSON":
        application.match_person_id = None
        return {"score": own_points(application, needed), "duplicate": False, "watch": False, "candidates": 0}
    verdict = judge(application, found, peers_needed=needed)
    known = verdict.best is not None and register_points(verdict.best) > 0 and not verdict.duplicate
    application.match_person_id = verdict.best.person_id if verdict.best is not None and known else None
    return {
        "score": verdict.score,
        "duplicate": verdict.duplicate,
        "watch": verdict.watch,
        "candidates": len(found),
    }


def application_of(work: ServiceWork) -> Application:
    """The application of a case. Raises WorkFailed where it was purged."""
    application = applications.get(work.session, uuid(work.variables, "application_id"))
    if application is None:
        raise WorkFailed("the application of this case was deleted", again=False)
    return application
