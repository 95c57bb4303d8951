"""What the settings of an element say of it, a sentence each: who does it, when, with which form, text or table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from webapp.studio.changes.facts import Part
from webapp.words import _

__all__ = ["at_the_edge", "sentences"]

# Work that another sentence of the same step says: the text of a mail, the message of an event.
UNTOLD: Final = frozenset({("type", "mail.send"), ("type", "message.publish")})


def sentences(
    part: Part,
    worded: Callable[[str, str], str],
    known_of: Callable[[Part, str, str], str | None] = lambda _part, _setting, _value: None,
) -> Iterator[str]:
    """What is set, in the order of the file; whose it is before who may do it where it is nobody's. `worded`: the words
    for the value of a setting; `known_of`: a better sentence about it, "" for none at all, None where nothing is known.
    """
    told, known = _last(part), _sentences()
    if any(setting == "assignee" for setting, _value in told):
        known |= {"candidateGroups": _("Without one, for %(value)s.")}
    for setting, value in told:
        if setting in known and value and (setting, value) not in UNTOLD:
            said = known_of(part, setting, value)
            if said != "":
                yield known[setting] % {"value": worded(setting, value)} if said is None else said


def at_the_edge(part: Part, host: str) -> str:
    """What an event does to the activity at whose edge it stands."""
    stays = part.facts.get("@cancelActivity") == "false"
    return _("While “%(name)s” goes on.", name=host) if stays else _("Breaks off “%(name)s”.", name=host)


def _last(part: Part) -> list[tuple[str, str]]:
    """The settings of an element, called by the last part of their paths."""
    named = [
        (setting.partition("[")[2].rstrip("]") or setting.rpartition("@")[2], value)
        for setting, value in part.facts.items()
    ]
    return sorted(named, key=lambda each: each[0] == "candidateGroups")


def _sentences() -> dict[str, str]:
    """By setting, what it says of an element."""
    return {
        "candidateGroups": _("For %(value)s."),
        "assignee": _("For %(value)s."),
        "task.deadline": _("Within %(value)s working days."),
        "formId": _("Asks the form %(value)s."),
        "type": _("Does the work %(value)s."),
        "template": _("Sends the text %(value)s."),
        "decisionId": _("Decides by the table %(value)s."),
        "processId": _("Calls the process %(value)s."),
        "expression": _("Calculates %(value)s."),
        "timeDuration": _("After %(value)s."),
        "timeCycle": _("Repeats: %(value)s."),
        "timeDate": _("At %(value)s."),
        "messageRef": _("Message %(value)s."),
        "signalRef": _("Signal %(value)s."),
        "errorRef": _("Error %(value)s."),
        "escalationRef": _("Escalation %(value)s."),
        "condition": _("When %(value)s is true."),
        "inputCollection": _("Once for each of %(value)s."),
        "completionCondition": _("Until %(value)s is true."),
    }
