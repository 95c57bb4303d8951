"""Suspected duplicates, the comparison of two records, and what is decided of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, role
from webapp.limits import limited
from webapp.merging.wording import lines, obstacles, reasons, states
from webapp.operations.names import names_of
from webapp.words import _, language
from workflows.association import people, person_search
from workflows.association.case_variables import local_day
from workflows.association.merging import blockers, choices, duplicates, merges, records, undoing
from workflows.association.merging.records import PersonMerge
from workflows.association.people import Person
from workflows.association.privacy import erasure
from workflows.association.privacy.categories import CATEGORIES

blueprint = Blueprint("merging", __name__, template_folder="templates", url_prefix="/people/duplicates")
keepers = role("DATA", "MEMBERSHIP", "DPO", "GENERAL_DELEGATE")
MOST = 50


@blueprint.get("")
@keepers
@limited("60 per minute")
def listing() -> str:
    """Pairs that are suspected, and the merges that wait for somebody or were decided."""
    with reading(engine()) as reader:
        found = duplicates.suspected(reader, limit=MOST + 1)
        told = records.latest(reader)
        ids = {each for pair in found for each in (pair.one, pair.other)} | {each.kept_id for each in told}
        known = people.by_ids(reader, ids | {each.gone_id for each in told})
        return render_template(
            "merging/listing.html",
            found=found[:MOST],
            more=len(found) > MOST,
            told=told,
            known=known,
            why=reasons(),
            states=states(),
        )


@blueprint.get("/of/<uuid:person_id>")
@keepers
@limited("60 per minute")
def of_person(person_id: UUID) -> str:
    """With which other record one is to be merged: the suspected ones first, then who is found by a name or number."""
    text = request.args.get("q", "")[: person_search.LONGEST]
    with reading(engine()) as reader:
        person = _known(reader, person_id)
        pairs = duplicates.suspected(reader, person.id)
        ids = [each.other if each.one == person.id else each.one for each in pairs]
        suspected = list(people.by_ids(reader, ids).values())
        found = [each for each in person_search.find(reader, text) if each.id != person.id] if text.strip() else []
        return render_template("merging/of_person.html", whom=person, suspected=suspected, found=found, text=text)


@blueprint.get("/<uuid:kept_id>/<uuid:gone_id>")
@keepers
def compare(kept_id: UUID, gone_id: UUID) -> ResponseReturnValue:
    """Two records side by side, what would move, and what speaks against it."""
    with reading(engine()) as reader:
        kept, gone = _known(reader, kept_id), _known(reader, gone_id)
        waiting = records.of_pair(reader, kept.id, gone.id)
        if waiting is not None and waiting.state == records.ASKED:
            return redirect(url_for("merging.page", merge_id=waiting.id), 303)
        return render_template("merging/compare.html", **_comparison(reader, kept, gone, None))


@blueprint.post("/<uuid:kept_id>/<uuid:gone_id>")
@keepers
def ask(kept_id: UUID, gone_id: UUID) -> ResponseReturnValue:
    """Proposes the merge, or notes that they are two people. Raises MergeBlocked, MergeDecided, NotYours."""
    by, now = current().actor.id, engine().clock.now()
    with transaction(engine()) as writer:
        if request.form.get("act") == "distinct":
            merges.distinct(writer, kept_id, gone_id, by=by, now=now)
            flash(_("It is noted: they are two people."), "success")
            return redirect(url_for("merging.listing"), 303)
        made = merges.ask(writer, kept_id, gone_id, request.form.to_dict(), by=by, now=now)
        merge_id = made.id
    flash(_("It is noted. Somebody else has to confirm."), "success")
    return redirect(url_for("merging.page", merge_id=merge_id), 303)


@blueprint.get("/merges/<uuid:merge_id>")
@keepers
def page(merge_id: UUID) -> str:
    """A merge: what was chosen while it waits, what was done, and whether it can be undone."""
    with reading(engine()) as reader:
        merge = _merge(reader, merge_id)
        kept, gone = reader.get(Person, merge.kept_id), reader.get(Person, merge.gone_id)
        open_now = merge.state == records.ASKED and kept is not None and gone is not None
        shown = _comparison(reader, kept, gone, merge) if open_now and kept is not None and gone is not None else {}
        today = current_day()
        return render_template(
            "merging/page.html",
            merge=merge,
            kept_now=kept,
            who=names_of(reader, (merge.asked_by, merge.decided_by)),
            mine=current().actor.id in {merge.asked_by, f"person:{merge.kept_id}", f"person:{merge.gone_id}"},
            states=states(),
            undoable=undoing.undoable(reader, merge, today),
            **shown,
        )


@blueprint.post("/merges/<uuid:merge_id>/<act>")
@keepers
def decide(merge_id: UUID, act: str) -> ResponseReturnValue:
    """Confirms, refuses or undoes. Raises MergeDecided, NotYours, MergeBlocked, CasesCollide, TooLate."""
    by, now = current().actor.id, engine().clock.now()
    with transaction(engine()) as writer:
        merge = _merge(writer, merge_id)
        if act == "confirm":
            merges.confirm(writer, merge, by=by, now=now)
        elif act == "refuse":
            merges.refuse(writer, merge, by=by, now=now)
        elif act == "undo":
            undoing.undo(writer, merge, by=by, now=now, today=local_day(now, engine().settings.zone))
        else:
            raise NotFound(kind="page", id=act[:20])
    flash(_("It is noted."), "success")
    return redirect(url_for("merging.page", merge_id=merge_id), 303)


def _comparison(reader: Session, kept: Person, gone: Person, merge: PersonMerge | None) -> dict[str, object]:
    pairs = list(choices.compared(reader, kept, gone))
    known = obstacles()
    return {
        "kept": kept,
        "gone": gone,
        "lines": lines(pairs, merge.choices if merge is not None else None),
        "moves": _moves(reader, gone),
        "obstacles": [known[code] for code in blockers.blockers(reader, kept, gone)],
        "lang": language(),
    }


def _moves(reader: Session, gone: Person) -> Sequence[tuple[str, int]]:
    """How many entries of each kind name the record that would go."""
    today = current_day()
    counted: Counter[str] = Counter()
    for line in erasure.preview(reader, gone.id, today):
        category = CATEGORIES[line.category]
        counted[category.en if language() == "en" else category.fr] += line.rows
    return list(counted.items())


def _known(session: Session, person_id: UUID) -> Person:
    found = session.get(Person, person_id)
    if found is None or found.erased_on is not None:
        raise NotFound(kind="person", id=str(person_id))
    return found


def _merge(session: Session, merge_id: UUID) -> PersonMerge:
    found = session.get(PersonMerge, merge_id)
    if found is None:
        raise NotFound(kind="merge", id=str(merge_id))
    return found
