# language: fr
# en: Mentoring
Fonctionnalité: Mentorat

  # en: Two members find each other, and meet
  Scénario: Deux membres se trouvent, et se voient
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
    Quand Basile Orsini envoie le formulaire de « Devenir mentor »
      | Années d’expérience            | 10                        |
      | Secteur                        | Banque et assurance       |
      | Sujets, six au plus            | Trouver un premier emploi |
      | Langues                        | Français                  |
      | Combien de personnes à la fois | Une                       |
      | Rythme                         | Chaque mois               |
      | Qui souhaitez-vous accompagner | Étudiants et diplômés     |
      | Pays où vous vivez             | France                    |
      | Employeur                      | Banque                    |
    Et la personne fait « Suivre la formation »
    Et Ambre Delaunay envoie le formulaire de « Trouver un mentor »
      | Premier objectif               | Trouver un premier poste  |
      | Sujet le plus important        | Trouver un premier emploi |
      | Secteur recherché              | Banque et assurance       |
      | Pays concerné par votre projet | France                    |
      | Langue préférée                | Français                  |
      | Rythme                         | Chaque mois               |
      | Années d’expérience            | 1                         |
      | Employeur, ou école            | École                     |
    Et 7 jours passent
    Et Ambre Delaunay fait « Répondre à la proposition »
      | Votre réponse | Oui, demandez-lui |
    Et Basile Orsini fait « Répondre à la demande »
      | Votre réponse | Oui |
    Alors le dossier est passé par « Présenter l’un à l’autre »

  # en: A mentorship goes to its end
  Scénario: Un mentorat va jusqu’au bout
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04             |
      | programme            | Programme Grande École |
      | promotion            | 2013                   |
      | membre jusqu’au      | 2027-12-31             |
      | numéro de membre     | M0000421               |
      | adresse électronique | ambre@example.org      |
    Étant donné que le registre connaît « Basile Orsini »
      | date de naissance    | 1985-03-04             |
      | programme            | Programme Grande École |
      | promotion            | 2008                   |
      | membre jusqu’au      | 2027-12-31             |
      | numéro de membre     | M0000422               |
      | adresse électronique | basile@example.org     |
    Quand Basile Orsini envoie le formulaire de « Devenir mentor »
      | Années d’expérience            | 10                        |
      | Secteur                        | Banque et assurance       |
      | Sujets, six au plus            | Trouver un premier emploi |
      | Langues                        | Français                  |
      | Combien de personnes à la fois | Une                       |
      | Rythme                         | Chaque mois               |
      | Qui souhaitez-vous accompagner | Étudiants et diplômés     |
      | Pays où vous vivez             | France                    |
      | Employeur                      | Banque                    |
    Et la personne fait « Suivre la formation »
    Et Ambre Delaunay envoie le formulaire de « Trouver un mentor »
      | Premier objectif               | Trouver un premier poste  |
      | Sujet le plus important        | Trouver un premier emploi |
      | Secteur recherché              | Banque et assurance       |
      | Pays concerné par votre projet | France                    |
      | Langue préférée                | Français                  |
      | Rythme                         | Chaque mois               |
      | Années d’expérience            | 1                         |
      | Employeur, ou école            | École                     |
    Et 7 jours passent
    Et Ambre Delaunay fait « Répondre à la proposition »
      | Votre réponse | Oui, demandez-lui |
    Et Basile Orsini fait « Répondre à la demande »
      | Votre réponse | Oui |
    Et Ambre Delaunay fait « Écrire le premier message »
    Et Ambre Delaunay fait « Après le premier appel »
      | Votre réponse | Oui, continuons |
    Et Basile Orsini fait « Après le premier appel »
      | Votre réponse | Oui, continuons |
    Et Ambre Delaunay fait « Écrire la convention »
    Et 1 jour passe et chacun fait sa part
    Alors le courriel « Six mois avec … » est parti
    Quand 270 jours passent et chacun fait sa part
    Alors le dossier est passé par « Mesurer comment va le binôme »
    Alors le dossier est passé par « Établir les attestations »
    Alors le dossier a fini à « Mentorat accompli »
