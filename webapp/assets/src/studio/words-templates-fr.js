// What the panel says of templates and of what is wrong in a field, in French.

export default {
  "{label} must not be empty.": "« {label} » reste à remplir.", "Must not be empty.": "À remplir.",
  "{label} cannot exceed {maxLength} characters.": "« {label} » : au plus {maxLength} caractères.", "Cannot exceed {maxLength} characters.": "Au plus {maxLength} caractères.",
  "{label} must be at least {minLength} characters.": "« {label} » : au moins {minLength} caractères.", "Must be at least {minLength} characters.": "Au moins {minLength} caractères.",
  "{label} must match pattern {pattern}.": "« {label} » doit suivre le modèle {pattern}.", "Must match pattern {pattern}.": "Doit suivre le modèle {pattern}.",
  "Field cannot exceed {maxLength} characters.": "Au plus {maxLength} caractères.", "Field must be at least {minLength} characters.": "Au moins {minLength} caractères.",
  "Change": "Changer", "Unlink": "Détacher", "Not found": "Introuvable", "Update available": "Mise à jour disponible", "Incompatible": "Ne convient pas",
  "The template applied was not found. Therefore, its properties cannot be shown. Unlink to access the data.": "Ce modèle n’existe pas ici : ses réglages ne peuvent pas être montrés. Détachez-le pour les voir.",
  "A new version of the template is available: {templateVersion}": "Une nouvelle version du modèle est disponible : {templateVersion}",
  "A version of this template is available that supports your environment: {templateVersion}": "Une version de ce modèle convient ici : {templateVersion}",
  "No compatible version of this template was found for your environment. Unlink to access the template’s data.": "Aucune version de ce modèle ne convient ici. Détachez-le pour voir ses réglages.",
  "Deprecated": "Dépassé", "This template is deprecated.": "Ce modèle est dépassé.", "Version": "Version", "Description": "Description",
  "Scientific notation is disallowed in FEEL.": "FEEL ne connaît pas l’écriture scientifique des nombres.", "More actions": "Autres actions", "Upgrade": "Mettre à jour", "Unset": "Retirer",
  "Throw expression": "Expression lancée", "Local variable assignment": "Dans une variable de l’étape", "Parameter won't be created as local variable.": "Aucune variable de l’étape n’est créée.",
  "Process variable assignment": "Dans une variable du dossier", "Parameter won't be available in process scope.": "Le dossier n’en garde rien.",
  "Process variable name must not be empty.": "Donnez un nom à la variable.", "Process variable name must not contain spaces.": "Le nom de la variable ne doit pas contenir d’espaces.",
  "Assign to process variable": "Garder dans une variable du dossier", "Inputs": "Entrées", "Outputs": "Résultats", "Errors": "Erreurs",
  "ID must not be empty.": "L’identifiant reste à donner.", "ID must be unique.": "Cet identifiant est déjà pris.", "ID must not contain spaces.": "Un identifiant ne contient pas d’espaces.",
  "ID must not contain prefix.": "Un identifiant ne contient pas de deux-points.", "ID must be a valid QName.": "Un identifiant commence par une lettre et n’a que des lettres, chiffres, tirets, points et traits bas.",
  "Select an element to edit its properties.": "Choisissez un élément pour le régler.",
  "Multiple elements are selected. Select a single element to edit its properties.": "Plusieurs éléments sont choisis. N’en choisissez qu’un pour le régler.",
};
