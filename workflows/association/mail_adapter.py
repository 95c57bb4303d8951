"""`io.camunda:email:1` for diagrams that exist: a mail with a subject and a text of their own, by our outbox.

Input mappings as its template writes them: `data.smtpAction` with `to` (an address or a list of them), `subject` and
`body` (plain text). Its server and its account are ignored: the mail leaves as ours do, and is on record as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association import mails
from workflows.association.contact_texts import EmailRefused

MOST: Final = 20  # addressees of one mail of a diagram


@service_task("io.camunda:email:1", results=())
def send(work: ServiceWork) -> None:
    """Writes the mail, with the job that sends it, in the step's transaction: one to each addressee."""
    data = work.variables.get("data")
    action = data.get("smtpAction") if isinstance(data, Mapping) else None
    if not isinstance(action, Mapping) or not isinstance(action.get("body"), str) or not action.get("subject"):
        raise WorkFailed("the mail needs data.smtpAction with to, subject and body", again=False)
    to = action.get("to")
    addressees = to if isinstance(to, list) else str(to or "").split(",")
    if not 0 < len(addressees) <= MOST:
        raise WorkFailed(f"the mail has no addressee, or too many; allowed at most: {MOST}", again=False)
    for number, address in enumerate(addressees):
        key = f"{work.token}:{number}"
        try:
            if mails.by_key(work.session, key) is None:
                mails.post(
                    work.session, work.engine, to=str(address).strip(), subject=str(action["subject"]),
                    text=str(action["body"]), key=key,
                )  # fmt: skip
        except EmailRefused as refused:
            raise WorkFailed("an addressee of the mail is no e-mail address", again=False) from refused
