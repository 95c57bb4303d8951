"""Renewals seen as a whole, for those who run them: what is started, sent, paid and open; start, stop, letters."""

from __future__ import annotations

import zipfile
from io import BytesIO

from flask import Blueprint, flash, make_response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from engine.transaction import reading, transaction
from webapp.auth import current, engine, role
from webapp.campaign.wording import reasons, states, templates
from webapp.words import _, ngettext
from workflows.association import outgoing_letters, renewal_campaign
from workflows.association.case_variables import local_day

blueprint = Blueprint("campaign", __name__, template_folder="templates", url_prefix="/campaigns")
EVERY = 5  # seconds between two looks: counting the full association takes up to 0.2 s
OWNERS = ("MEMBERSHIP", "GENERAL_DELEGATE", "ADMIN")


@blueprint.get("/renewals")
@role(*OWNERS)
def renewals() -> ResponseReturnValue:
    """The counts of the year; while renewals are being started, the page looks again by itself."""
    now = engine().clock.now()
    with reading(engine()) as reader:
        starting = renewal_campaign.is_starting(reader, now)
        page = render_template(
            "campaign/renewals.html",
            counts=renewal_campaign.counts(reader, local_day(now, engine().settings.zone)),
            on=renewal_campaign.state(reader) == renewal_campaign.ON,
            starting=starting,
            stopped=renewal_campaign.has_stopped(reader),
            states=states(),
            reasons=reasons(),
            templates=templates(),
        )
    answer = make_response(page)
    if starting:
        answer.headers["Refresh"] = str(EVERY)
    return answer


@blueprint.post("/renewals/begin")
@role(*OWNERS)
def begin() -> ResponseReturnValue:
    """Starts what is due now, in the background, and each night from now on; another attempt where that gave up."""
    with transaction(engine()) as writer:
        renewal_campaign.begin(writer, engine(), by=current().actor)
    flash(_("Renewals start now, and each night from now on."), "success")
    return redirect(url_for("campaign.renewals"), 303)


@blueprint.post("/renewals/stop")
@role(*OWNERS)
def stop() -> ResponseReturnValue:
    """Starts no more; what runs goes on."""
    with transaction(engine()) as writer:
        renewal_campaign.stop(writer, engine(), by=current().actor)
    flash(_("No renewal is started any more. Those that run go on."), "info")
    return redirect(url_for("campaign.renewals"), 303)


@blueprint.post("/letters.zip")
@role(*OWNERS)
def letters() -> ResponseReturnValue:
    """The letters to post as they were issued, without those that must not go any more."""
    packed = BytesIO()
    with transaction(engine()) as writer, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        outgoing_letters.sift(writer, engine().clock.now())
        for number, (_letter, document) in enumerate(outgoing_letters.waiting(writer), start=1):
            archive.writestr(f"{number:04}-{document.file_name}", document.body)
    packed.seek(0)
    answer = send_file(packed, mimetype="application/zip", as_attachment=True, download_name="letters.zip", etag=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/letters/posted")
@role(*OWNERS)
def posted() -> ResponseReturnValue:
    """A person has put them into the post."""
    with transaction(engine()) as writer:
        count = outgoing_letters.post_all(writer, engine().clock.now(), by=current().actor.id)
    flash(ngettext("%(num)d letter is noted as posted.", "%(num)d letters are noted as posted.", count), "success")
    return redirect(url_for("campaign.renewals"), 303)
