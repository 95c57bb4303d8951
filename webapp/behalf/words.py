"""By which channel somebody reached us, in words."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.words import _


def channels() -> Mapping[str, str]:
    """The channels in words, by their key."""
    return {"PHONE": _("by telephone"), "LETTER": _("by letter"), "VISIT": _("on a visit"), "EMAIL": _("by e-mail")}
