# language: fr
# en: Hearing about the charter
Fonctionnalité: Audition sur la charte

  # en: The charter is recalled
  Scénario: La charte est rappelée
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Étant donné que le registre connaît « Basile Orsini »
      | date de naissance    | 1985-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2008 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000422 |
      | adresse électronique | basile@example.org |
    Quand Responsable carrières envoie le formulaire de « Groupe carrière »
      | Courriel du parrain ou de la marraine     | ambre@example.org  |
      | Courriel de la seconde personne qui anime | basile@example.org |
      | Première séance                           | 2027-02-01         |
      | Heure de début (18:30)                    | 18:30              |
    Étant donné que le registre connaît « Chloé Vasseur »
      | date de naissance    | 1990-06-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000423 |
      | adresse électronique | chloe@example.org |
    Quand Responsable carrières envoie le formulaire de « Participation à un groupe carrière »
      | Courriel de la personne | chloe@example.org |
      | Groupe (COH-2027-01)    | COH-2027-01       |
      | Situation               | En recherche      |
    Quand le message « Manquement signalé » arrive
      | dossier visé       | signalement                                         |
      | personne           | Chloé Vasseur                                       |
      | groupe carrière    | COH-2027-01                                         |
      | règle de la charte | on ne recrute pas et on ne vend rien dans le groupe |
      | signalé par        | person:1                                            |
    Et 8 jours passent
    Quand Responsable carrières fait « Entendre et décider »
      | La personne                 | a été entendue                 |
      | Votre décision              | Rappeler la charte             |
      | La raison, pour la personne | Une annonce, retirée aussitôt. |
    Alors le courriel « … : après l’audition » est parti
    Et le dossier a fini à « Le groupe continue »
