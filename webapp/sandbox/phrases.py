"""The sentences of scenarios, in both languages: one pattern each, read and written by the same words.

Names stand in quotation marks of either language. What a sentence needs beside its words stands in a table below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Final

from engine.errors import Invalid
from webapp.sandbox.blanks import PERSON, VISITOR, cell_meant, cell_shown, meant, row_meant, row_shown, shown
from workflows.association.quoted_words import quotable

__all__ = ["PERSON", "PHRASES", "QUOTED", "VISITOR", "Phrase", "RowTwice", "Step", "phrase_of", "read", "written"]

# What stands in quotation marks of either language, without the blanks inside of French ones; or a mark alone.
QUOTED: Final = re.compile(r"""«\s*(?P<fr>[^»]*?)\s*»|“(?P<en>[^”]*)”|"(?P<straight>[^"]*)"|[«»“”"]""")
NAMED: Final = re.compile(r'"[^"]*"|\'')  # a name in marks, or an apostrophe outside of them
VALUE: Final = "value"  # the blank that holds FEEL
WHO: Final = r'"[^"]+"|[^"]+?'
BLANKS: Final = {"who": f"(?P<who>{WHO})", "count": r"(?P<count>\d+)", "amount": r"(?P<amount>\d+(?:[.,]\d+)?)"}
# What is said of one thing alone: the words written, and the pattern read for one and for several.
ONE: Final = {
    "jours passent": ("jour passe", "jours? passe(?:nt)?"), "heures passent": ("heure passe", "heures? passe(?:nt)?"),
    "days pass": ("day passes", "days? pass(?:es)?"), "hours pass": ("hour passes", "hours? pass(?:es)?"),
    "} courriels ": ("} courriel ", "} courriels? "), "sont partis": ("est parti", "(?:sont partis|est parti)"),
    "} mails ": ("} mail ", "} mails? "), "have left": ("has left", "(?:have|has) left"),
}  # fmt: skip


class RowTwice(Invalid):
    """Below “{text}” stands “{row}” twice. Keep one of the two rows."""

    code: ClassVar[str] = "scenario_row_twice"


@dataclass(frozen=True)
class Phrase:
    """One sentence. `{name}` in it is a blank; `turn`: it sets, acts or looks; `table`: its rows say more."""

    key: str
    fr: str
    en: str
    turn: str = "When"
    table: bool = False

    @cached_property
    def patterns(self) -> Sequence[re.Pattern[str]]:
        """What is read, in each language."""
        return [re.compile(_pattern(text)) for text in (self.fr, self.en)]

    def words(self, language: str) -> str:
        """The sentence with its blanks, in the quotation marks of the language."""
        return _quoted(self.fr, language) if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence that was read. `line`: where it stands, from 1."""

    key: str
    said: Mapping[str, str]
    table: Mapping[str, str] = field(default_factory=dict)
    line: int = 0


PHRASES: Final = (
    Phrase("day", "on est le {day}", "it is {day}", "Given"),
    Phrase("person", 'le registre connaît "{name}"', 'the register knows "{name}"', "Given", table=True),
    Phrase("form", '{who} envoie le formulaire de "{process}"', '{who} sends the form of "{process}"', table=True),
    Phrase("begin", 'le processus "{process}" commence', 'the process "{process}" begins', table=True),
    Phrase("do", '{who} fait "{element}"', '{who} does "{element}"', table=True),
    Phrase("days", "{count} jours passent", "{count} days pass"),
    Phrase("hours", "{count} heures passent", "{count} hours pass"),
    Phrase("lapse", "{count} jours passent et chacun fait sa part", "{count} days pass and everybody does their part"),
    Phrase("link", "la personne ouvre le lien du dernier courriel", "the person opens the link of the latest mail"),
    Phrase("pay", "{amount} € sont payés par carte", "{amount} € are paid by card"),
    Phrase("line", '{amount} € arrivent sur le compte avec "{text}"', '{amount} € arrive on the account with "{text}"'),
    Phrase("back", "la banque reprend le dernier paiement", "the bank takes the latest payment back", table=True),
    Phrase("message", 'le message "{message}" arrive', 'the message "{message}" arrives', table=True),
    Phrase("hasnot", 'personne n’a "{element}" à faire', 'nobody has "{element}" to do', "Then"),
    Phrase("has", '{who} a "{element}" à faire', '{who} has "{element}" to do', "Then"),
    Phrase("mail", 'le courriel "{mail}" est parti', 'the mail "{mail}" has left', "Then"),
    Phrase("mails", '{count} courriels "{mail}" sont partis', '{count} mails "{mail}" have left', "Then"),
    Phrase("nomail", 'aucun courriel "{mail}" n’est parti', 'no mail "{mail}" has left', "Then"),
    Phrase("through", 'le dossier est passé par "{element}"', 'the case went through "{element}"', "Then"),
    Phrase("avoided", 'le dossier n’est pas passé par "{element}"', 'the case did not go through "{element}"', "Then"),
    Phrase("ended", 'le dossier a fini à "{element}"', 'the case has ended at "{element}"', "Then"),
    Phrase("variable", 'la variable "{name}" vaut {value}', 'the variable "{name}" is {value}', "Then"),
    Phrase("stands", 'le dossier est arrêté à "{element}"', 'the case stands still at "{element}"', "Then"),
)  # fmt: skip
_BY_KEY: Final = {phrase.key: phrase for phrase in PHRASES}


def phrase_of(key: str) -> Phrase:
    """The sentence of this key. Raises KeyError."""
    return _BY_KEY[key]


def read(text: str, table: Iterable[tuple[str, str]], line: int) -> Step | None:
    """What a sentence says, in whichever language; None where none of ours is like it. Raises RowTwice."""
    plain = _straight(text)
    for phrase in PHRASES:
        for pattern in phrase.patterns:
            found = pattern.fullmatch(plain)
            if found is not None:
                said = {name: meant(name, _bare(name, value.strip())) for name, value in found.groupdict().items()}
                return Step(phrase.key, said, _rows(phrase.key, table, text), line)
    return None


def _rows(phrase: str, table: Iterable[tuple[str, str]], text: str) -> dict[str, str]:
    """The rows by what they mean: two that mean the same would say two things of it."""
    rows: dict[str, str] = {}
    for name, value in table:
        key = row_meant(phrase, name)
        if key in rows:
            raise RowTwice(row=name, text=text[:120])
        rows[key] = cell_meant(phrase, key, value)
    return rows


def written(step: Step, language: str) -> list[str]:
    """A step as lines of a scenario, its table below it."""
    text = phrase_of(step.key).fr if language == "fr" else phrase_of(step.key).en
    if step.said.get("count") == "1":
        for many, one in ONE.items():
            text = text.replace(many, one[0])
    text = _quoted(text, language)  # a compared text keeps the marks that it has: of its own it may hold any other
    for name, value in step.said.items():
        text = text.replace(f"{{{name}}}", value if name == VALUE else quotable(shown(name, value, language)))
    told = {
        row_shown(step.key, key, language): cell_shown(step.key, key, value, language)
        for key, value in step.table.items()
    }
    width = max((len(key) for key in told), default=0)
    rows = [f"      | {key.ljust(width)} | {_cell(value)} |" for key, value in told.items()]
    return [text, *rows]


def _bare(blank: str, written: str) -> str:
    """What stands in a blank without its marks; a value keeps them, since they make it a text."""
    return written if blank == VALUE else written.strip('"')


def _cell(value: str) -> str:
    return value.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")


def _pattern(text: str) -> str:
    for many, (_, either) in ONE.items():
        text = text.replace(many, either)
    quoted = re.sub(r'"\{(\w+)\}"', r'"(?P<\1>[^"]+)"', text)
    return re.sub(r"\{(\w+)\}", lambda found: BLANKS.get(found[1], f"(?P<{found[1]}>.+)"), quoted)


def _straight(text: str) -> str:
    """The sentence with one kind of quotation marks and blanks, and of apostrophes outside of them: names are compared
    by either, and a text that a variable is compared with is meant as it stands."""
    marked = QUOTED.sub(_marked, text.strip())
    return NAMED.sub(lambda found: "’" if found[0] == "'" else found[0], re.sub(r"\s+", " ", marked))


def _marked(found: re.Match[str]) -> str:
    """A name between marks of one kind; one that has marks inside keeps them, save those that would end it."""
    kind = found.lastgroup
    inside = "" if kind is None else found[kind].replace('"', "")
    return '"' if kind is None else f'"{inside}"'


def _quoted(text: str, language: str) -> str:
    return re.sub(r'"([^"]*)"', "« \\1 »", text) if language == "fr" else text
