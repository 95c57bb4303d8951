"""The page of notices: which come by which way, on which devices, and the worker that shows them there."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_from_directory, url_for
from werkzeug.wrappers import Response

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.accounts.sessions import device_name
from webapp.auth import current, engine, public, settings, staff
from webapp.house import push_key
from webapp.limits import limited
from webapp.people.account import device_words
from webapp.words import _
from workflows.association.notices import choices, devices, telling, watching
from workflows.association.notices.choices import KINDS
from workflows.association.notices.push import PushKey
from workflows.association.notices.telling import Said

blueprint = Blueprint("notices", __name__, template_folder="templates", url_prefix="/account/notices")


@blueprint.get("")
@staff
def page() -> str:
    """What I am told, how, and where."""
    with reading(engine()) as reader:
        known = devices.of_person(reader, current().person_id)
        return render_template(
            "notices/page.html", ways=choices.chosen(reader, current().person_id), kinds=_kinds(), devices=known,
            digests={each.id: sha256(each.endpoint.encode()).hexdigest() for each in known}, key=_key().public,
        )  # fmt: skip


@blueprint.post("")
@staff
def keep() -> Response:
    """Keeps which notices come by which way. Raises ChoiceRefused."""
    with transaction(engine()) as writer:
        asked = {kind: request.form[kind] for kind in KINDS if kind in request.form}
        choices.choose(writer, current().person_id, asked, engine().clock.now())
        writer.flush()
        watching.ensure(writer, engine())
    flash(_("Your choice is kept."), "success")
    return _back()


@blueprint.post("/devices")
@staff
@limited("30 per hour", by=lambda: str(current().person_id))
def add() -> Response:
    """Keeps this browser among my devices. Raises DeviceRefused, TooManyDevices."""
    given = {name: request.form.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    name = device_name(request.headers.get("User-Agent", ""))
    with transaction(engine()) as writer:
        devices.add(
            writer, current().person_id, given["endpoint"], (given["p256dh"], given["auth"]), name, _key().public,
            engine().clock.now(),
        )  # fmt: skip
        if request.form.get("first"):  # whoever switches on the first device wants notices there
            choices.begin(writer, current().person_id, engine().clock.now())
            writer.flush()
            watching.ensure(writer, engine())
    flash(_("Notices come to this device from now on."), "success")
    return _back()


@blueprint.post("/devices/<uuid:device_id>/remove")
@staff
def remove(device_id: UUID) -> Response:
    """Takes one of my devices away."""
    with transaction(engine()) as writer:
        if not devices.remove(writer, current().person_id, device_id):
            raise NotFound(kind="device", id=str(device_id))
    flash(_("No notice comes to that device any more."), "success")
    return _back()


@blueprint.post("/devices/<uuid:device_id>/test")
@staff
@limited("10 per 10 minutes", by=lambda: str(current().person_id))
def test(device_id: UUID) -> Response:
    """Sends a notice to one of my devices."""
    with transaction(engine()) as writer:
        device = next((each for each in devices.of_person(writer, current().person_id) if each.id == device_id), None)
        if device is None:
            raise NotFound(kind="device", id=str(device_id))
        title = _("Notices from %(name)s reach this device", name=settings().association)
        telling.test(writer, engine(), device, Said(title, url_for("notices.page"), "", ""))
    told = _(
        "A notice is on its way to “%(name)s”. A device that takes none any more leaves this list.",
        name=device_words(device.name),
    )
    flash(told, "info")
    return _back()


@blueprint.get("/worker.js")
@public
def worker() -> Response:
    """The service worker: its address says that it serves these pages alone, and no other page goes through it."""
    manifest = current_app.extensions["amicale.manifest"]
    name = manifest.address("notice-worker.js").rpartition("/")[2]
    return send_from_directory(manifest.directory, name, mimetype="text/javascript", etag=False)


def _kinds() -> dict[str, tuple[str, tuple[tuple[str, str], ...]]]:
    """What each kind is called, and the ways that it may come."""
    ways = (
        ("push", _("On my devices, by mail where none can be reached")),
        ("mail", _("By mail")),
        ("none", _("Not at all")),
    )
    words = {
        "assigned": _("A task comes to me"),
        "due": _("A task of mine is due on the next working day"),
        "late": _("Reminders, and tasks that are late"),
        "mention": _("A comment names me"),
    }
    return {kind: (words[kind], ways[:2] if kind == "late" else ways) for kind in KINDS}


def _key() -> PushKey:
    return PushKey(push_key(settings()))


def _back() -> Response:
    return redirect(url_for("notices.page"), 303)
