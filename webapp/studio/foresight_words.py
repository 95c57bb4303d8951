"""What a version would change for a case, and what keeps a case where it is, in sentences with the diagram's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from flask_babel import lazy_gettext

from engine.bpmn import ProcessSpec
from engine.bpmn.transfer import Obstacle, Shift
from webapp.dates import moment
from webapp.words import _
from workflows.association.role_names import ROLES

__all__ = ["Saying", "reason"]

_REASONS: Final[Mapping[str, Any]] = {
    "element_gone": lazy_gettext("It stands at “%(name)s”, which the other version does not have."),
    "element_other": lazy_gettext("It stands at “%(name)s”, which is something else in the other version."),
    "scope_other": lazy_gettext("It stands at “%(name)s”, which lies in another group of steps there."),
    "call_other": lazy_gettext("“%(name)s” has begun another process than the other version would."),
    "listeners_other": lazy_gettext("The work around “%(name)s” has begun, and is other work there."),
    "flow_gone": lazy_gettext("It waits at “%(name)s”, and the way by which it came is gone there."),
    "join_starves": lazy_gettext("“%(name)s” would wait for ever: nothing of this case comes by one of its ways."),
    "undo_gone": lazy_gettext("“%(name)s” was done and could no longer be undone there."),
    "time_wrong": lazy_gettext("When or for what “%(name)s” waits there cannot be told from what the case knows."),
    "quantity_other": lazy_gettext("“%(name)s” waits for another number of arrivals there."),
    "work_begun": lazy_gettext("The work of “%(name)s” has begun this very moment: try again in a few minutes."),
    "message_coming": lazy_gettext("A message is on its way to “%(name)s”: try again in a few minutes."),
    "state_unreadable": lazy_gettext("Its state cannot be read: the administrators know more."),
    "moved_elsewhere": lazy_gettext("It has moved on to another version since."),
    "return_over": lazy_gettext("The time for going back is over."),
}


def reason(code: str, name: str) -> str:
    """Why a case stays where it is."""
    found = _REASONS.get(code)
    return code if found is None else str(found) % {"name": name}


@dataclass(frozen=True, slots=True)
class Saying:
    """Puts what happens between two versions into sentences: names of what goes are those of the former one."""

    was: ProcessSpec
    now: ProcessSpec
    language: str
    moment_now: datetime

    def obstacle(self, found: Obstacle) -> str:
        """Why a case cannot move."""
        return reason(found.code, self.name(found.element, self.was))

    def shift(self, shift: Shift) -> str:
        """What becomes different for a case."""
        gone = shift.kind in ("timer_gone", "wait_gone")
        shown = {
            "name": self.name(shift.element, self.was if gone else self.now),
            "was": moment(shift.was), "now": self._date(shift.now),
            "said": self._names(shift.said, self.was), "says": self._names(shift.says, self.now),
        }  # fmt: skip
        if shift.kind == "task_other":
            return self._task(shift, shown)
        return _sentences()[shift.kind]() % shown

    def name(self, element: str, spec: ProcessSpec) -> str:
        """What an element is called, behind the activity at whose boundary it stands."""
        found = spec.elements.get(element) or self.was.elements.get(element) or self.now.elements.get(element)
        if found is None:
            return element
        host = spec.elements.get(found.attached_to or "")
        own = found.name_in(self.language)
        return own if host is None else f"{host.name_in(self.language)} ({own})"

    def _names(self, ids: tuple[str, ...], spec: ProcessSpec) -> str:
        return ", ".join(f"“{self.name(each, spec)}”" for each in ids if each) or "–"

    def _date(self, due: datetime | None) -> str:
        return _("at once") if due is not None and due <= self.moment_now else moment(due)

    def _task(self, shift: Shift, shown: Mapping[str, str]) -> str:
        """A task that is asked otherwise: until when, for whom, or how."""
        said = []
        if shift.was != shift.now:
            said.append(_("“%(name)s” is due %(now)s instead of %(was)s.", **{**shown, "was": shown["was"] or "–"}))
        if shift.said[1] != shift.says[1]:
            roles = {"old": self._role(shift.said[1]), "new": self._role(shift.says[1])}
            said.append(_("“%(name)s” is for %(new)s instead of %(old)s.", name=shown["name"], **roles))
        return " ".join(said) or _("“%(name)s” is asked otherwise.", name=shown["name"])

    def _role(self, key: str) -> str:
        role = ROLES.get(key)
        return key or "–" if role is None else role.fr if self.language == "fr" else role.en


@cache
def _sentences() -> Mapping[str, Callable[[], str]]:
    """By kind; each is put into the language of the reader when it is said."""
    texts = {
        "timer_moved": lazy_gettext("“%(name)s” comes %(now)s instead of %(was)s."),
        "timer_kept": lazy_gettext("“%(name)s” still comes %(was)s: somebody chose that date by hand."),
        "timer_new": lazy_gettext("“%(name)s” is new, and comes %(now)s."),
        "timer_gone": lazy_gettext("“%(name)s” no longer comes (it was due %(was)s)."),
        "wait_new": lazy_gettext("It waits for “%(name)s” as well."),
        "wait_gone": lazy_gettext("It no longer waits for “%(name)s”."),
        "wait_other": lazy_gettext("“%(name)s” waits for %(says)s instead of %(said)s."),
        "next": lazy_gettext("After “%(name)s” comes %(says)s instead of %(said)s."),
        "work_other": lazy_gettext("“%(name)s” does other work: %(says)s instead of %(said)s."),
    }
    return {kind: text.__str__ for kind, text in texts.items()}
