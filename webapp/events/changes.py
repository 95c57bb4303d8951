"""The page that changes a published event, and the draft of it that outlives a mandate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import ClassVar, Final

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid
from engine.transaction import reading, transaction
from forms.readings import Misread, read_number, written_number
from webapp.auth import current, engine, signed_in
from webapp.errors import wants_json
from webapp.events import drafts
from webapp.events.found import EventChangeHandedOn, EventHandedOn, own_event
from webapp.limits import limited
from webapp.words import _, language
from workflows.association.events import changing, records, words
from workflows.association.events.records import Event

blueprint = Blueprint("event_changes", __name__, template_folder="templates", url_prefix="/events/<key>/change")
_PRICES = tuple(f"price_{each.lower()}" for each in records.PRICES)
CHANGED = ("title_fr", "title_en", "about", "about_en", "place", "alcohol", "expected", "capacity", *_PRICES)
MOST: Final = 10_000  # as the form to propose an event says


class PriceUnreadable(Invalid):
    """“{typed}” is no price. Write an amount from 0 to {most} euros, with two decimals at most; 0 for free."""

    code: ClassVar[str] = "event_price_unreadable"


def _given() -> dict[str, str]:
    return {name: request.form[name][:4_000] for name in CHANGED if name in request.form}


def _read() -> dict[str, object]:
    """What was sent, the prices read as the reader's language writes them. Raises PriceUnreadable."""
    given: dict[str, object] = dict(_given())
    for name in _PRICES:
        if given.get(name):
            given[name] = _amount(name, str(given[name]))
    return given


def _english_stays_behind(event: Event, given: Mapping[str, object]) -> bool:
    """Whether the presentation changes in French alone, though there is one in English."""

    def changes(name: str) -> bool:
        return str(given.get(name, getattr(event, name))).split() != str(getattr(event, name)).split()

    return bool(event.about_en) and changes("about") and not changes("about_en")


def _amount(name: str, typed: str) -> Decimal:
    try:
        amount = read_number(typed, language())
    except Misread as error:
        raise PriceUnreadable(typed=typed[:20], most=str(MOST), field=name) from error
    if not 0 <= amount <= MOST or amount != round(amount, 2):
        raise PriceUnreadable(typed=typed[:20], most=str(MOST), field=name)
    return amount


@contextmanager
def _kept_for_successor(key: str) -> Iterator[None]:
    """What somebody sends whose mandate ended meanwhile changes nothing, and is kept as his draft for whoever follows.

    Raises EventChangeHandedOn."""
    try:
        yield
    except EventHandedOn as ended:
        with transaction(engine()) as writer:
            event = records.by_key(writer, key)
            assert event is not None, "his mandate for it has ended"
            drafts.save(writer, event.id, current().actor.id, _given(), engine().clock.now())
        raise EventChangeHandedOn from ended


@blueprint.get("")
@signed_in
def page(key: str) -> str:
    """What an organiser may change, and what is then weighed again; with what he, or his predecessor, had typed."""
    with reading(engine()) as reader:
        event, lang = own_event(reader, key), language()
        prices = records.prices(reader, event.id)
        shown = {name: getattr(event, name) for name in CHANGED if hasattr(event, name)}
        shown |= {f"price_{kind.lower()}": written_number(amount, lang) for kind, amount in prices.items()}
        draft = drafts.draft_of(reader, event, current().actor)
        author = drafts.author_of(reader, draft, current().actor) if draft is not None else ""
        return render_template(
            "events/change.html", event=event, words=words,
            prices=[each for each in records.PRICES if each in prices], lang=lang, draft=draft, author=author,
            shown=shown | (draft.typed if draft is not None else {}),
        )  # fmt: skip


@blueprint.post("")
@signed_in
@limited("60 per hour")
def change(key: str) -> ResponseReturnValue:
    """Changes a published event; what matters to an approval is weighed again before it holds."""
    with _kept_for_successor(key), transaction(engine()) as writer:
        event, given = own_event(writer, key), _read()
        behind = _english_stays_behind(event, given)
        again = changing.change(writer, engine(), event, given, by=current().actor)
        drafts.drop(writer, event.id)
    told = _("The change is weighed again. Until it is approved, nobody registers beyond the approved places.")
    flash(told if again else _("The page is changed."), "success")
    if behind:
        flash(
            _("The presentation in English is as it was: change it too, if what is new is to be read there."), "warning"
        )
    return redirect(url_for("events.page", key=key), 303)


@blueprint.post("/draft")
@signed_in
@limited("600 per hour")
def draft(key: str) -> ResponseReturnValue:
    """Keeps what was typed so far, for him or for whoever follows him."""
    with _kept_for_successor(key), transaction(engine()) as writer:
        event = own_event(writer, key)
        drafts.save(writer, event.id, current().actor.id, _given(), engine().clock.now())
    if wants_json():
        return jsonify(saved=True)
    flash(_("Draft saved"), "success")
    return redirect(url_for("event_changes.page", key=key), 303)
