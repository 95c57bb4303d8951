"""What mentors, mentees and applicants may say on the pages of their cases at any time."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from workflows.member_acts import MemberAct

_PAIR: Final = MappingProxyType({"mentee_id": "MENTEE", "mentor_id": "MENTOR"})
_APPLICANT: Final = MappingProxyType({"person_id": "APPLICANT"})

ASK_FOR_A_PERSON = MemberAct(
    message="pair_help_asked",
    labels=MappingProxyType({"fr": "Parler à une personne", "en": "Ask for a person"}),
    effects=MappingProxyType(
        {
            "fr": "Quelqu’un de la coordination vous rappelle sous deux jours ouvrés. Votre mentorat continue.",
            "en": "Somebody of the coordination calls you back within two working days. Your mentoring goes on.",
        }
    ),
    done=MappingProxyType(
        {"fr": "C’est noté : quelqu’un vous rappelle.", "en": "It is noted: somebody calls you back."}
    ),
    sides=_PAIR,
    side_variable="asked_by",
    reasons=MappingProxyType(
        {
            "TALK": {"fr": "Une question, un doute", "en": "A question, a doubt"},
            "OFFER": {
                "fr": "L’un de nous propose un emploi ou un stage à l’autre : c’est permis dès que c’est dit",
                "en": "One of us offers the other a job or a traineeship: allowed as soon as it is told",
            },
            "EMPLOYER": {
                "fr": "Nous travaillons désormais au même endroit",
                "en": "We now work for the same employer",
            },
            "THREE": {"fr": "Nous voudrions qu’une personne nous rejoigne", "en": "We would like somebody to join us"},
        }
    ),
)
STOP = MemberAct(
    message="pair_end_requested",
    labels=MappingProxyType({"fr": "Arrêter ce mentorat", "en": "Stop this mentoring"}),
    effects=MappingProxyType(
        {
            "fr": "Ce mentorat s’arrête tout de suite, sans reproche, et l’autre personne ne lit pas votre raison. "
            "Pour une question de sécurité, personne ne lui écrit : une personne tenue au secret vous entend.",
            "en": "This mentoring stops at once, without blame, and the other person does not read your reason. "
            "Where your safety is concerned nobody writes to them: somebody bound to secrecy hears you.",
        }
    ),
    done=MappingProxyType({"fr": "Ce mentorat s’arrête.", "en": "This mentoring stops."}),
    sides=_PAIR,
    side_variable="asked_by",
    final=True,
    leaves=True,
    reasons=MappingProxyType(
        {
            "NO_TIME": {"fr": "Je n’ai plus le temps", "en": "I have no time any more"},
            "NO_FIT": {"fr": "Nous ne nous convenons pas", "en": "We do not suit each other"},
            "GOAL_REACHED": {"fr": "Le but est atteint", "en": "The aim is reached"},
            "SAFETY": {"fr": "Je ne me sens pas en sécurité", "en": "I do not feel safe"},
            "OTHER": {"fr": "Une autre raison", "en": "Another reason"},
        }
    ),
)
CHANGE_DATE = MemberAct(
    message="pair_date_changed",
    labels=MappingProxyType({"fr": "Déplacer ou faire une pause", "en": "Move or pause"}),
    effects=MappingProxyType(
        {
            "fr": "Vous pouvez déplacer le prochain rendez-vous, ou faire une pause : tout se décale d’autant, la fin "
            "aussi. Convenez-en à deux ; chacun reçoit la nouvelle date pour son agenda.",
            "en": "You can move the next date, or pause: then everything moves by as much, the end too. Agree on it "
            "together; each of you gets the new date for the calendar.",
        }
    ),
    done=MappingProxyType(
        {"fr": "C’est noté, vous êtes prévenus tous les deux.", "en": "It is noted, and both of you are told."}
    ),
    sides=_PAIR,
    side_variable="changed_by",
    reasons=MappingProxyType(
        {
            "MOVE": {"fr": "Déplacer le prochain rendez-vous à ce jour", "en": "Move the next date to this day"},
            "PAUSE": {"fr": "Faire une pause jusqu’à ce jour", "en": "Pause until this day"},
        }
    ),
    within_days=92,
)
WITHDRAW_REQUEST = MemberAct(
    message="demand_withdrawn",
    labels=MappingProxyType({"fr": "Retirer ma demande", "en": "Withdraw my request"}),
    effects=MappingProxyType(
        {
            "fr": "Votre demande quitte la file d’attente. Vous pourrez en faire une autre quand vous voudrez.",
            "en": "Your request leaves the queue. You may make another one whenever you wish.",
        }
    ),
    done=MappingProxyType({"fr": "Votre demande est retirée.", "en": "Your request is withdrawn."}),
    sides=_APPLICANT,
    final=True,
    leaves=True,
)
LEAVE_MENTORS = MemberAct(
    message="mentor_withdrew",
    labels=MappingProxyType({"fr": "Ne plus être mentor", "en": "No longer be a mentor"}),
    effects=MappingProxyType(
        {
            "fr": "Plus personne ne vous est proposé. Un mentorat en cours continue ; vous l’arrêtez sur sa page.",
            "en": "Nobody is proposed to you any more. A mentoring under way goes on; you stop it on its page.",
        }
    ),
    done=MappingProxyType({"fr": "Vous n’êtes plus mentor. Merci !", "en": "You are no longer a mentor. Thank you!"}),
    sides=_APPLICANT,
    final=True,
    leaves=True,
)
