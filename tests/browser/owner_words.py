"""What the pages of the studio say, by its English words, in the language in which a story is told."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.catalogues import read_languages

SCENARIO = {
    "fr": """# language: fr
Fonctionnalité: Promesse de don
  Scénario: Relancé au bout de {days} jours
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date | 1990-03-04        |
      | email      | ambre@example.org |
    Quand FOUNDATION_GIFTS envoie le formulaire de « pledge_followup »
      | person | ambre@example.org |
      | total  | 1200              |
      | amount | 100               |
    Et {days} jours passent
    Alors le dossier est passé par « Mesurer le retard »
""",
    "en": """Feature: Promise of gifts
  Scenario: Reminded after {days} days
    Given the register knows "Ambre Delaunay"
      | birth_date | 1990-03-04        |
      | email      | ambre@example.org |
    When FOUNDATION_GIFTS sends the form of "pledge_followup"
      | person | ambre@example.org |
      | total  | 1200              |
      | amount | 100               |
    And {days} days pass
    Then the case went through "Measure the lateness"
""",
}
PANEL = {"Name": "Nom"}  # words of the panel itself


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one language."""

    language: str

    def __call__(self, english: str, many: str = "", count: int = 1, /, **values: object) -> str:
        """What stands on the page for these words; of two forms, that of the number."""
        texts = read_languages()[self.language]
        if self.language == "fr" and english in PANEL:
            return PANEL[english]
        said = texts.ngettext(english, many, count) if many else texts.gettext(english)
        return said % values if values else said
