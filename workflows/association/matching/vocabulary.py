"""What mentors offer and mentees ask for, by key: topics, sectors and functions, in French and English.

The forms of both sides and the words of the reasons are made of these lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Words = Mapping[str, tuple[str, str]]

TOPICS: Final[Words] = MappingProxyType(
    {
        "FIRST_JOB": ("trouver un premier emploi", "finding a first job"),
        "CHANGE_JOB": ("changer de poste", "changing jobs"),
        "CHANGE_SECTOR": ("changer de secteur", "changing sector"),
        "PROMOTION": ("évoluer en interne", "moving up inside the company"),
        "LEADERSHIP": ("diriger une équipe", "leading a team"),
        "FIRST_MANAGEMENT": ("encadrer pour la première fois", "managing for the first time"),
        "EXPATRIATION": ("partir à l’étranger", "moving abroad"),
        "RETURN": ("rentrer en France", "coming back to France"),
        "INTERCULTURAL": ("travailler entre cultures", "working across cultures"),
        "ENTREPRENEURSHIP": ("créer une entreprise", "starting a company"),
        "TAKEOVER": ("reprendre une entreprise", "taking over a company"),
        "FUNDRAISING": ("lever des fonds", "raising funds"),
        "FREELANCE": ("travailler à son compte", "working for oneself"),
        "NETWORK": ("développer son réseau", "building a network"),
        "NEGOTIATION": ("négocier", "negotiating"),
        "PUBLIC_SPEAKING": ("prendre la parole en public", "speaking in public"),
        "SALARY": ("parler salaire", "talking about pay"),
        "BALANCE": ("équilibrer travail et vie privée", "balancing work and life"),
        "PARENTHOOD": ("concilier carrière et enfants", "combining career and children"),
        "CONFIDENCE": ("prendre confiance en soi", "gaining confidence"),
        "EQUALITY": ("faire avancer l’égalité", "furthering equality"),
        "DISABILITY": ("travailler avec un handicap", "working with a disability"),
        "BACK_TO_WORK": ("reprendre après une pause", "coming back after a break"),
        "RESEARCH": ("faire de la recherche", "doing research"),
        "PUBLIC_SERVICE": ("travailler dans le public", "working in public service"),
        "NONPROFIT": ("travailler dans l’associatif", "working for a non-profit"),
        "CLIMATE": ("agir pour le climat", "acting for the climate"),
        "DIGITAL": ("se former au numérique", "learning digital trades"),
        "BOARD": ("siéger dans un conseil", "sitting on a board"),
        "SENIOR": ("préparer la fin de carrière", "preparing the end of a career"),
    }
)
SECTORS: Final[Words] = MappingProxyType(
    {
        "AGRICULTURE": ("agriculture et agroalimentaire", "farming and food"),
        "BANKING": ("banque et assurance", "banking and insurance"),
        "BUILDING": ("bâtiment et immobilier", "building and property"),
        "CHEMISTRY": ("chimie et matériaux", "chemistry and materials"),
        "CONSULTING": ("conseil et audit", "consulting and audit"),
        "CULTURE": ("culture et médias", "culture and media"),
        "EDUCATION": ("enseignement et recherche", "education and research"),
        "ENERGY": ("énergie et environnement", "energy and environment"),
        "HEALTH": ("santé", "health"),
        "INDUSTRY": ("industrie", "manufacturing"),
        "LUXURY": ("luxe et mode", "luxury and fashion"),
        "NONPROFIT": ("associations et fondations", "non-profits and foundations"),
        "PUBLIC": ("secteur public", "public sector"),
        "RETAIL": ("commerce et distribution", "retail"),
        "TECHNOLOGY": ("numérique et télécoms", "technology and telecoms"),
        "TOURISM": ("tourisme et restauration", "tourism and catering"),
        "TRANSPORT": ("transport et logistique", "transport and logistics"),
    }
)
FUNCTIONS: Final[Words] = MappingProxyType(
    {
        "GENERAL": ("direction générale", "general management"),
        "FINANCE": ("finance et comptabilité", "finance and accounting"),
        "MARKETING": ("marketing et communication", "marketing and communication"),
        "SALES": ("vente", "sales"),
        "PEOPLE": ("ressources humaines", "human resources"),
        "OPERATIONS": ("opérations et achats", "operations and purchasing"),
        "PRODUCT": ("produit et innovation", "product and innovation"),
        "ENGINEERING": ("ingénierie et informatique", "engineering and IT"),
        "DATA": ("données", "data"),
        "LEGAL": ("droit", "law"),
        "STRATEGY": ("stratégie", "strategy"),
        "TEACHING": ("enseignement", "teaching"),
    }
)
LANGUAGES: Final[Words] = MappingProxyType(
    {
        "fr": ("français", "French"),
        "en": ("anglais", "English"),
        "de": ("allemand", "German"),
        "es": ("espagnol", "Spanish"),
        "it": ("italien", "Italian"),
        "pt": ("portugais", "Portuguese"),
        "zh": ("chinois", "Chinese"),
        "ja": ("japonais", "Japanese"),
        "ar": ("arabe", "Arabic"),
    }
)


def word(words: Words, key: str, language: str) -> str:
    """The word of a key in a language; the key where nobody wrote one."""
    found = words.get(key)
    return key if found is None else found[language == "en"]
