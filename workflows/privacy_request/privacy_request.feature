# language: fr
# en: Request about one’s data
Fonctionnalité: Demande sur ses données

  # en: A correction is granted
  Scénario: Une rectification est accordée
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Ambre Delaunay envoie le formulaire de « Mes données : exercer un droit »
    Alors le courriel « Votre demande … est enregistrée » est parti
    Quand Protection des données fait « Décider de la demande »
      | Décision                 | Accorder |
      | Prénoms corrects         | Ambre    |
      | Nom de naissance correct | Delaunay |
    Et Délégation générale fait « Confirmer la décision »
      | Votre avis | Confirmer et répondre |
    Et 1 jour passe
    Alors le courriel « Réponse à votre demande … » est parti
    Et le dossier a fini à « Demande répondue »
