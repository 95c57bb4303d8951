"""Acts on many cases in words: what they are called, what they do to so many, what became of one."""

from __future__ import annotations

from flask_babel import gettext

from engine.collective.tables import CollectiveCase
from webapp.operations.outlook import reasons
from webapp.refusal_words import error_templates
from webapp.words import _, ngettext


def title(kind: str) -> str:
    """What an act is called."""
    return {
        "suspend": _("Suspend cases"),
        "resume": _("Let cases go on"),
        "cancel": _("End cases"),
        "move": _("Take cases elsewhere"),
        "restart": _("Begin cases anew"),
        "skip": _("Pass over what stands still"),
        "retry": _("Try again what stands still"),
        "run": _("Wait no longer"),
        "date": _("Change a date"),
        "correct": _("Correct a value"),
    }[kind]


def heading(kind: str, count: int) -> str:
    """The button that does it."""
    return {
        "suspend": ngettext("Suspend %(num)d case", "Suspend %(num)d cases", count),
        "resume": ngettext("Let %(num)d case go on", "Let %(num)d cases go on", count),
        "cancel": ngettext("End %(num)d case", "End %(num)d cases", count),
        "move": ngettext("Take %(num)d case there", "Take %(num)d cases there", count),
        "restart": ngettext("Begin %(num)d case anew", "Begin %(num)d cases anew", count),
        "skip": ngettext("Pass over it in %(num)d case", "Pass over it in %(num)d cases", count),
        "retry": ngettext("Try %(num)d case again", "Try %(num)d cases again", count),
        "run": ngettext("Go on at once in %(num)d case", "Go on at once in %(num)d cases", count),
        "date": ngettext("Change the date in %(num)d case", "Change the date in %(num)d cases", count),
        "correct": ngettext("Correct it in %(num)d case", "Correct it in %(num)d cases", count),
    }[kind]


def outcome(item: CollectiveCase) -> str:
    """Why a case was left as it was; nothing for one that was not."""
    if not item.code:
        return ""
    known = reasons().get(item.code)
    if known is not None:
        return known
    template = error_templates().get(item.code)
    return item.code if template is None else _filled(str(gettext(template)), item.params)


def _filled(template: str, params: dict[str, object]) -> str:
    for name, value in params.items():
        template = template.replace("{" + name + "}", str(value))
    return template
