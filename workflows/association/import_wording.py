"""Why a line of an import was rejected, in words: for the command line and the page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflows.association.import_lines import Rejected

REASONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "columns": {"fr": "{found} cellules au lieu de {expected}", "en": "{found} cells instead of {expected}"},
        "shifted_right": {
            "fr": "les cellules sont décalées d'une colonne vers la droite à partir de « {column} »",
            "en": "the cells are shifted one column to the right from “{column}” on",
        },
        "shifted_left": {
            "fr": "les cellules sont décalées d'une colonne vers la gauche à partir de « {column} »",
            "en": "the cells are shifted one column to the left from “{column}” on",
        },
        "missing": {"fr": "« {column} » est vide", "en": "“{column}” is empty"},
        "too_long": {"fr": "une cellule dépasse {limit} caractères", "en": "a cell is longer than {limit} characters"},
        "date": {
            "fr": "« {value} » n'est pas une date (JJ/MM/AAAA ou AAAA-MM-JJ) dans « {column} »",
            "en": "“{value}” is not a date (DD/MM/YYYY or YYYY-MM-DD) in “{column}”",
        },
        "name": {"fr": "« {value} » n'est pas un nom dans « {column} »", "en": "“{value}” is not a name in “{column}”"},
        "year": {"fr": "« {value} » n'est pas une promotion", "en": "“{value}” is not a class year"},
        "email": {"fr": "« {value} » n'est pas une adresse e-mail", "en": "“{value}” is not an e-mail address"},
        "phone": {"fr": "« {value} » n'est pas un numéro de téléphone", "en": "“{value}” is not a telephone number"},
        "member_no": {"fr": "« {value} » n'est pas un numéro de membre", "en": "“{value}” is not a member number"},
        "civility": {"fr": "civilité inconnue : « {value} »", "en": "unknown title: “{value}”"},
        "country": {"fr": "pays inconnu : « {value} »", "en": "unknown country: “{value}”"},
        "language": {"fr": "langue inconnue : « {value} »", "en": "unknown language: “{value}”"},
        "programme": {"fr": "programme inconnu : « {value} »", "en": "unknown programme: “{value}”"},
        "half_diploma": {
            "fr": "programme et promotion vont ensemble : l'un des deux manque",
            "en": "programme and class go together: one of them is missing",
        },
        "twice": {"fr": "même personne qu'à la ligne {first}", "en": "the same person as in line {first}"},
        "ambiguous": {"fr": "{count} fiches connues correspondent", "en": "{count} known records match"},
        "member_no_unknown": {"fr": "aucun membre n'a ce numéro", "en": "no member has this number"},
        "member_no_of_another": {
            "fr": "ce numéro de membre est celui d'une autre personne",
            "en": "this member number is another person's",
        },
    }
)


def reason(rejected: Rejected, language: str = "fr") -> str:
    """Why, in one language, without the line's number."""
    template = REASONS[rejected.code][language if language in ("fr", "en") else "fr"]
    return template.format_map({str(name): value for name, value in rejected.params.items()})
