"""What short messages say: a dated table of the house, one row a message, in both languages.

A text may name `$association`, `$cycle_end`, `$dues_quoted` and `$link`; the link is the page of one's own membership,
since a message is read by whoever holds the telephone.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from typing import ClassVar, Final

from engine.errors import Invalid
from workflows.association.parameters import Column, Row, Table
from workflows.association.parameters.tables import Value
from workflows.association.sms.lengths import measured, plain

__all__ = ["MOST_PARTS", "PLACEHOLDERS", "TEXTS", "SmsTextRefused", "SmsTooLong", "filled"]

MOST_PARTS: Final = 3
# What a text may name, and about the longest that it stands for: so a text is measured when somebody decides it.
PLACEHOLDERS: Final[Mapping[str, str]] = {
    "association": "Association des anciens",
    "cycle_end": "30 septembre 2027",
    "dues_quoted": "1 600,00 €",
    "link": "https://amicale.example/membership/",
}


class SmsTextRefused(Invalid):
    """“${placeholder}” is not known in a short message. Known: {known}. Write $$ for the sign itself."""

    code: ClassVar[str] = "sms_text_refused"


class SmsTooLong(Invalid):
    """This text leaves in {parts} parts of {units} places ({encoding}); at most {most} are sent. Shorten it."""

    code: ClassVar[str] = "sms_too_long"


def _check(values: Mapping[str, Value]) -> None:
    for column in ("fr", "en"):
        written = Template(str(values.get(column) or ""))
        wrong = sorted(set(written.get_identifiers()) - set(PLACEHOLDERS)) if written.is_valid() else [""]
        if wrong:
            raise SmsTextRefused(field=column, placeholder=wrong[0], known=", ".join(PLACEHOLDERS))
        length = measured(filled(written.template, PLACEHOLDERS))
        if length.parts > MOST_PARTS:
            raise SmsTooLong(
                field=column, parts=length.parts, units=length.units, encoding=length.encoding, most=MOST_PARTS
            )


TEXTS: Final = Table(
    "sms_text",
    "Textes des SMS",
    "Texts of short messages",
    (Column("fr", "long_text", "Français", "French"), Column("en", "long_text", "Anglais", "English")),
    first=(
        Row(
            "renew_7", "Dernier avis avant le terme", "Last notice before the end",
            "$association : votre adhésion se termine le $cycle_end. Pour la renouveler : $link "
            "Pour ne plus recevoir de SMS : vos préférences, même page.",
            "$association: your membership ends on $cycle_end. To renew it: $link "
            "To get no more messages: your preferences, same page.",
        ),
    ),
    about_fr="Un SMS part avec le dernier avis d’un renouvellement, à qui a demandé à en recevoir. Le texte peut "
    "nommer $association, $cycle_end, $dues_quoted et $link. Il part en trois parties au plus : 160 caractères "
    "pour une seule, 70 dès qu’un caractère manque à l’alphabet des téléphones.",
    about_en="A short message goes out with the last notice of a renewal, to whoever asked for them. The text may "
    "name $association, $cycle_end, $dues_quoted and $link. It leaves in three parts at most: 160 characters for one "
    "alone, 70 as soon as the alphabet of telephones lacks a character.",
    processes=("membership_renewal",),
    check=_check,
)  # fmt: skip


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text as it leaves, on one line, with the signs that telephones have."""
    return " ".join(plain(Template(text).substitute(values)).split())
