"""The board of mentorships and the page of a round, for the coordination of mentoring."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp import measures
from webapp.auth import current_day, engine, role
from webapp.mentoring import page
from webapp.mentoring.wording import NAMES, TRACKS
from webapp.viewer import viewer
from webapp.words import _, language
from workflows.association import mail_templates, mails, people, texts
from workflows.association import measures as measures_of
from workflows.association.mentoring import indicators, rounds, standing
from workflows.association.mentoring.proposals import MatchingRound, PairProposal
from workflows.association.mentorships import LIVE, Mentorship

blueprint = Blueprint("mentoring", __name__, template_folder="templates", url_prefix="/mentoring")
ACTS = frozenset({"lock", "unlock", "aside", "back", "prefer"})
COORDINATION = ("MENTORING", "CAREERS_HEAD", "GENERAL_DELEGATE")


@blueprint.get("/")
@role(*COORDINATION)
def board() -> str:
    """How the pairs are, the silent ones first; and the rounds that wait for a look."""
    today = current_day()
    with reading(engine()) as reader:
        return render_template(
            "mentoring/board.html", rows=page.board(reader, engine().clock.now()), words=page.HEALTH,
            rounds=page.drafts(reader, today), sent=page.sent(reader, today),
        )  # fmt: skip


@blueprint.get("/indicators")
@role(*COORDINATION)
def figures() -> str:
    """How the mentorships of a year went, each figure beside its aim."""
    with reading(engine()) as reader:
        today = current_day()
        year, years = measures.chosen(
            indicators.first_year(reader), today, lambda number: url_for("mentoring.figures", year=number)
        )
        found = indicators.of_period(reader, measures_of.year(year), today)
    return render_template(
        "measures.html", heading=_("Figures of mentoring"), back=url_for("mentoring.board"), back_to=_("Mentorships"),
        year=year, years=years, lines=measures.lines(found, NAMES, TRACKS),
        notes=[
            _("A no-fault end is healthy: too few of them means that people stay out of politeness."),
            _("The load of mentors is 0 where each carries as much as the other, and nears 1 where few carry all."),
        ],
    )  # fmt: skip


@blueprint.post("/remind")
@role(*COORDINATION)
def remind() -> ResponseReturnValue:
    """Shows who would get which mail; with `step=send`, writes to both of each pair, once a day, and says what became
    of it for each."""
    try:
        chosen = [UUID(each) for each in request.form.getlist("pair")]
    except ValueError:
        raise NotFound(kind="pair", id="") from None
    sending = request.form.get("step") == "send"
    with transaction(engine()) as writer:
        found = [pair for each in chosen if (pair := writer.get(Mentorship, each)) is not None and pair.state in LIVE]
        results = [row for pair in found for row in _remind(writer, pair, sending=sending)]
        return render_template("mentoring/remind.html", pairs=found, results=results, done=sending)


def _remind(session: Session, pair: Mentorship, *, sending: bool) -> list[tuple[str, str, str]]:
    """For each of a pair: the name, what happens or has happened, and the subject of the mail where there is one."""
    now = engine().clock.now()
    today, names = now.astimezone(PARIS).date(), people.names_of(session, (pair.mentor_id, pair.mentee_id))
    rows = []
    for reader, other in ((pair.mentor_id, pair.mentee_id), (pair.mentee_id, pair.mentor_id)):
        person = people.get(session, reader)
        key = f"pair_nudge:{pair.id.hex}:{'mentor' if reader == pair.mentor_id else 'mentee'}:{today}"
        if person is None or person.primary_email is None:
            rows.append((names.get(reader, "—"), _("no e-mail address: not written to"), ""))
            continue
        if mails.by_key(session, key) is not None:
            rows.append((names.get(reader, "—"), _("was written to today already"), ""))
            continue
        said = {
            "first_names": person.first_names, "other": names.get(other, "—"),
            "link": url_for("journey.mine", _external=True), "association": "",
        }  # fmt: skip
        made = mail_templates.render(texts.mail(session, "pair_nudge", person.lang, today), said)
        rows.append((names.get(reader, "—"), _("written to") if sending else _("will be written to"), made.subject))
        if not sending:
            continue
        mails.post(
            session, engine(), to=reader, subject=made.subject, text=made.text, html=made.html, lang=person.lang,
            key=key, kind="reminder",
        )  # fmt: skip
    return rows


@blueprint.get("/rounds/<uuid:round_id>")
@role(*COORDINATION)
def round_page(round_id: UUID) -> str:
    """A round before it leaves: pairs with score, reasons and alternatives, and the figures of the whole."""
    with reading(engine()) as reader:
        found = _round(reader, round_id)
        return render_template(
            "mentoring/round.html", round=found, rows=page.of_round(reader, found, engine().clock.now(), language()),
            stands=standing.of_round(reader, found, current_day()), became=page.BECAME,
            sending=page.sending(reader, viewer(), round_id),
        )  # fmt: skip


@blueprint.post("/rounds/<uuid:round_id>/again")
@role(*COORDINATION)
def again(round_id: UUID) -> ResponseReturnValue:
    """Matches the rest around what is locked and set aside. Raises RoundSent."""
    with transaction(engine()) as writer:
        rounds.run(writer, _round(writer, round_id, alone=True), engine().clock.now())
    flash(_("The round was matched again, around what you locked."), "success")
    return redirect(url_for("mentoring.round_page", round_id=round_id), 303)


@blueprint.post("/rounds/<uuid:round_id>/proposals/<uuid:proposal_id>/<act>")
@role(*COORDINATION)
def adjust(round_id: UUID, proposal_id: UUID, act: str) -> ResponseReturnValue:
    """Locks a pair, sets it aside, prefers another; each has its opposite. Raises RoundSent, MentorLocked."""
    today = current_day()
    with transaction(engine()) as writer:
        found, proposal = _round(writer, round_id, alone=True), writer.get(PairProposal, proposal_id)
        if proposal is None or proposal.round_id != round_id or act not in ACTS:
            raise NotFound(kind="proposal", id=str(proposal_id))
        if act in ("lock", "unlock"):
            rounds.lock(writer, found, proposal, today, locked=act == "lock")
        elif act == "prefer":
            rounds.prefer(writer, found, proposal, today)
        else:
            rounds.set_aside(found, proposal, aside=act == "aside")
    return redirect(url_for("mentoring.round_page", round_id=round_id, _anchor=f"p-{proposal_id}"), 303)


def _round(session: Session, round_id: UUID, *, alone: bool = False) -> MatchingRound:
    found = rounds.alone(session, round_id) if alone else session.get(MatchingRound, round_id)
    if found is None:
        raise NotFound(kind="round", id=str(round_id))
    return found
