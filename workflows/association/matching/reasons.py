"""Why two people were put together, in words that both may read: what fits well, and what to talk about.

Nothing that somebody said in private is among the reasons: whom they avoid excludes and is never named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workflows.association.matching.profiles import Mentee, Mentor
from workflows.association.matching.vocabulary import FUNCTIONS, LANGUAGES, SECTORS, TOPICS, Words, word

GOOD: Final = 0.6  # share of a part's points from which it counts for the pair
_LABELS: Final[Words] = {
    "topics": ("sujets", "topics"),
    "sector": ("secteur", "sector"),
    "function": ("métier", "function"),
    "language": ("langue", "language"),
    "place": ("lieu et fuseau horaire", "place and time zone"),
    "rhythm": ("rythme", "rhythm"),
    "seniority": ("expérience", "experience"),
    "waiting": ("attente", "waiting"),
}
_WELL: Final[Words] = {
    "topics": ("Sujets en commun : {what}", "Topics in common: {what}"),
    "sector": ("Même secteur : {what}", "Same sector: {what}"),
    "function": ("Métier recherché : {what}", "The function that was asked for: {what}"),
    "language": ("Vous parlez tous deux : {what}", "You both speak: {what}"),
    "place": (
        "Vous êtes dans le même pays ou presque à la même heure",
        "You are in the same country, or at nearly the same hour",
    ),
    "rhythm": ("Vous souhaitez le même rythme", "You wish for the same rhythm"),
    "seniority": ("{what} ans d’expérience de plus", "{what} more years of experience"),
    "waiting": ("Attend depuis plus de trois semaines", "Has waited for more than three weeks"),
}
_LESS: Final[Words] = {
    "topics": ("Peu de sujets en commun", "Few topics in common"),
    "function": ("Un autre métier que celui recherché", "Another function than the one asked for"),
    "sector": ("Un autre secteur que celui recherché", "Another sector than the one asked for"),
    "language": ("Une langue commune, mais pas la préférée", "A language in common, but not the preferred one"),
    "place": ("{what} h de décalage : à quelle heure vous parler ?", "{what} h apart: when would you talk?"),
    "rhythm": ("Des rythmes différents : convenez-en ensemble", "Different rhythms: agree on one"),
    "seniority": ("Peu ou beaucoup d’écart d’expérience", "Little or much difference in experience"),
}
_OF_THEM: Final[Words] = {  # what is said of the pair, where it is not said to them
    "language": ("Parlent tous deux : {what}", "Both speak: {what}"),
    "place": ("Dans le même pays ou presque à la même heure", "In the same country, or at nearly the same hour"),
    "rhythm": ("Souhaitent le même rythme", "Both wish for the same rhythm"),
}
_LESS_OF_THEM: Final[Words] = {
    "place": ("{what} h de décalage", "{what} h apart"),
    "rhythm": ("Des rythmes différents, à accorder", "Different rhythms, to be agreed on"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score: its label, its points, and a sentence; `good` where it speaks for the pair."""

    part: str
    label: str
    points: float
    most: int
    good: bool
    sentence: str


def reasons(
    mentor: Mentor,
    mentee: Mentee,
    points: Mapping[str, float],
    weights: Mapping[str, int],
    language: str,
    *,
    to_pair: bool = True,
) -> Sequence[Reason]:
    """The parts of a score in words, what counts the most first; a wish that nobody had is left out.

    `to_pair`: said to the two; else of them, to whoever compares pairs."""
    wishes = {"sector": mentee.sector, "function": mentee.functions}
    most = {**weights, "waiting": max(1, round(points.get("waiting", 0)))}
    found = []
    for part, got in points.items():
        if (part in wishes and not wishes[part]) or (part == "waiting" and not got):
            continue
        good = got >= GOOD * most[part]
        sentences = _sentences(part, good=good, to_pair=to_pair)
        sentence = word(sentences, part, language).format(what=_what(part, mentor, mentee, language, good=good))
        found.append(Reason(part, word(_LABELS, part, language), got, most[part], good, sentence))
    return sorted(found, key=lambda each: (not each.good, -each.points))


def _sentences(part: str, *, good: bool, to_pair: bool) -> Words:
    of_them = _OF_THEM if good else _LESS_OF_THEM
    if not to_pair and part in of_them:
        return of_them
    return _WELL if good else _LESS


def _what(part: str, mentor: Mentor, mentee: Mentee, language: str, *, good: bool) -> str:
    def words(vocabulary: Words, keys: Sequence[str]) -> str:
        return ", ".join(word(vocabulary, key, language) for key in keys)

    if part == "topics":
        return words(TOPICS, [each for each in mentee.topics if each in mentor.topics])
    if part == "sector":
        return words(SECTORS, [mentor.sector])
    if part == "function":
        return words(FUNCTIONS, sorted(mentee.functions & mentor.functions))
    if part == "language":
        return words(LANGUAGES, [each for each in mentee.languages if each in mentor.languages])
    if part == "seniority":
        return str(mentor.experience - mentee.experience)
    return "" if good else f"{abs(mentor.offset - mentee.offset):g}"
