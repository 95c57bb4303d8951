"""Addresses of the texts: look at one, change it from a day on, try it out, undo it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import cast
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engine.errors import AmicaleError, Conflict, Invalid, NotFound
from engine.transaction import reading, transaction
from forms.readings import Misread, read_date, read_text
from webapp.auth import current, current_day, engine, role, settings
from webapp.dates import day
from webapp.errors import in_words
from webapp.house import association_of
from webapp.texts import page, preview
from webapp.texts.rights import READERS, may_write, to_write
from webapp.words import _
from workflows.association import mails, parameters, texts
from workflows.association.mail_templates import LANGUAGES
from workflows.association.parameters import ParameterRow
from workflows.association.texts import Kind

blueprint = Blueprint("texts", __name__, template_folder="templates", url_prefix="/texts")
LONGEST = 40_000


@blueprint.get("")
@role(*READERS)
def listing() -> str:
    """Every mail and letter."""
    with reading(engine()) as reader:
        kinds = [(kind, page.entries(reader, kind, current_day())) for kind in texts.FIELDS]
        return render_template("texts/listing.html", kinds=kinds)


@blueprint.get("/<kind>/<name>")
@role(*READERS)
def show(kind: str, name: str) -> str:
    """One text: as it is sent today, its versions, what it may say."""
    known = _kind(kind, name)
    with reading(engine()) as reader:
        now = texts.in_force(reader, known, name, current_day())
        return render_template(
            "texts/text.html", kind=known, name=name, text=now, fields=texts.FIELDS[known],
            previews=preview.mails(name, now) if known == "mail" else [], languages=LANGUAGES,
            versions=page.versions(reader, known, name, current_day()), placeholders=page.placeholders(known, name),
            taken_back=page.taken_back(reader, known, name), processes=page.processes(reader, known, name),
            may_write=may_write(reader, current(), known, name),
        )  # fmt: skip


@blueprint.get("/<kind>/<name>/<lang>.pdf")
@role(*READERS)
def pdf(kind: str, name: str, lang: str) -> ResponseReturnValue:
    """A letter for the fictitious reader, as it is set today."""
    known = _kind(kind, name)
    if known != "letter" or lang not in LANGUAGES:
        raise NotFound(kind="letter", id=name)
    with reading(engine()) as reader:
        return _pdf(name, texts.in_force(reader, known, name, current_day()), lang)


@blueprint.route("/<kind>/<name>/edit", methods=["GET", "POST"])
@role(*READERS)
def edit(kind: str, name: str) -> ResponseReturnValue:
    """Asks for both languages; shows, sends to oneself, or makes valid from a day on."""
    known = _kind(kind, name)
    with reading(engine()) as reader:
        to_write(reader, current(), known, name)
    if request.method == "GET":
        with reading(engine()) as reader:
            version = request.args.get("version", type=UUID)
            asked = request.args.get("version")
            text = (
                page.text_of(reader, known, name, version)
                if asked
                else texts.in_force(reader, known, name, current_day())
            )
        return _editor(known, name, text, {})
    text = {each.name: _typed(each.name, long=each.kind == "long_text") for each in texts.TABLES[known].columns}
    errors: dict[str, str] = {each: in_words(error) for each, error in texts.check(known, name, text).items()}
    errors |= {each: _("Write the text in both languages.") for each, written in text.items() if not written}
    doing = request.form.get("do", "")
    if errors:
        return _editor(known, name, text, errors), 422
    if doing in LANGUAGES and known == "letter":
        return _pdf(name, text, doing)
    if doing == "send" and known == "mail":
        _send_to_me(name, text)
        return _editor(known, name, text, {})
    return _decide(known, name, text) if doing == "decide" else _editor(known, name, text, {}, tried=True)


def _decide(kind: Kind, name: str, text: Mapping[str, str]) -> ResponseReturnValue:
    errors: dict[str, str] = {}
    first, by = _day("valid_from", errors), _typed("decided_by", long=False)[:120]
    if not by:
        errors["decided_by"] = _("Say who decided it, for example the communications team.")
    if first is not None and first < current_day():
        errors["valid_from"] = _("What was sent stays as it was sent: choose today or a later day.")
    if errors or first is None:
        return _editor(kind, name, text, errors), 422
    refused: AmicaleError
    try:
        with transaction(engine()) as writer:
            texts.decide(
                writer, kind, name, text, valid_from=first, decided_by=by, decided_on=current_day(),
                now=engine().clock.now(), by=current().actor.id, seen=request.form.get("seen"),
            )  # fmt: skip
    except (Conflict, Invalid) as error:
        refused = error
    else:
        flash(_("The text holds from %(day)s.", day=day(first)), "success")
        return redirect(url_for("texts.show", kind=kind, name=name), 303)
    errors[str(refused.params.get("field", "valid_from"))] = in_words(refused)
    return _editor(kind, name, text, errors), 409 if isinstance(refused, Conflict) else 422


def _editor(kind: Kind, name: str, text: Mapping[str, str], errors: Mapping[str, str], *, tried: bool = False) -> str:
    with reading(engine()) as reader:
        now = texts.in_force(reader, kind, name, current_day())
        seen = parameters.state_of(reader, texts.TABLES[kind].name, name)
    differing = {each: preview.differences(now[each], text[each]) for each in now if now[each] != text.get(each)}
    return render_template(
        "texts/edit.html", kind=kind, name=name, text=text, errors=errors, fields=texts.FIELDS[kind],
        languages=LANGUAGES, placeholders=page.placeholders(kind, name), seen=seen, tried=tried,
        previews=preview.mails(name, text) if kind == "mail" and not errors else [],
        columns=texts.TABLES[kind].by_name, differing=differing, today=current_day(),
        valid_from=request.form.get("valid_from", ""), decided_by=request.form.get("decided_by", ""),
    )  # fmt: skip


def _send_to_me(name: str, text: Mapping[str, str]) -> None:
    """Sends both languages to the person who writes; each says that it is a trial."""
    with transaction(engine()) as writer:
        for lang in LANGUAGES:
            made = preview.mail(name, text, lang)
            subject = _("Trial (%(lang)s): %(subject)s", lang=lang, subject=made.subject)
            mails.post(
                writer, engine(), to=current().person_id, subject=subject, text=made.text, html=made.html, lang=lang,
                key=f"trial:{uuid4().hex}",
            )  # fmt: skip
    flash(_("Both languages are on their way to you, as a trial. Nothing was changed."), "success")


@blueprint.post("/versions/<uuid:row_id>/withdraw")
@role(*READERS)
def withdraw(row_id: UUID) -> ResponseReturnValue:
    """Undoes a version: what was sent stays sent, the text before goes on."""
    with transaction(engine()) as writer:
        row = writer.get(ParameterRow, row_id)
        kind = next((each for each, table in texts.TABLES.items() if row is not None and table.name == row.table), None)
        if row is None or kind is None:
            raise NotFound(kind="text", id=str(row_id))
        to_write(writer, current(), kind, row.key)
        parameters.withdraw(writer, row_id, now=engine().clock.now(), by=current().actor.id)
        name = row.key
    flash(_("The version is withdrawn: the text before it goes on."), "success")
    return redirect(url_for("texts.show", kind=kind, name=name), 303)


def _pdf(name: str, text: Mapping[str, str], lang: str) -> ResponseReturnValue:
    house = association_of(settings(), engine().clock)
    with reading(engine()) as reader:
        made = preview.letter(reader, house, name, text, lang, current_day())
    answer = send_file(BytesIO(made), mimetype="application/pdf", download_name=f"{name}.{lang}.pdf", etag=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _kind(kind: str, name: str) -> Kind:
    """The kind, if there is such a text. Raises TextUnknown."""
    if kind not in texts.FIELDS or name not in texts.names(cast(Kind, kind)):
        raise texts.TextUnknown(kind=kind[:20], name=name[:60])
    return cast(Kind, kind)


def _typed(name: str, *, long: bool) -> str:
    return read_text(request.form.get(name, "")[:LONGEST], lines=long)


def _day(name: str, errors: dict[str, str]) -> date | None:
    try:
        return read_date(request.form.get(name, ""))
    except Misread:
        errors[name] = _("Enter a date, for example 1/1/2027.")
        return None
