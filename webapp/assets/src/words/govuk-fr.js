// The texts of the GOV.UK components in French; English is their own default.
export const french = {
  characterCount: {
    charactersUnderLimit: { one: 'Il vous reste %{count} caractère', other: 'Il vous reste %{count} caractères' },
    charactersAtLimit: 'Il ne vous reste aucun caractère',
    charactersOverLimit: { one: '%{count} caractère de trop', other: '%{count} caractères de trop' },
    wordsUnderLimit: { one: 'Il vous reste %{count} mot', other: 'Il vous reste %{count} mots' },
    wordsAtLimit: 'Il ne vous reste aucun mot',
    wordsOverLimit: { one: '%{count} mot de trop', other: '%{count} mots de trop' }
  },
  fileUpload: {
    chooseFilesButton: 'Choisir un fichier',
    dropInstruction: 'ou déposer un fichier ici',
    noFileChosen: 'Aucun fichier choisi',
    multipleFilesChosen: { one: '%{count} fichier choisi', other: '%{count} fichiers choisis' },
    enteredDropZone: 'Vous êtes sur la zone de dépôt',
    leftDropZone: 'Vous avez quitté la zone de dépôt'
  },
  passwordInput: {
    showPassword: 'Afficher',
    hidePassword: 'Masquer',
    showPasswordAriaLabel: 'Afficher le mot de passe',
    hidePasswordAriaLabel: 'Masquer le mot de passe',
    passwordShownAnnouncement: 'Votre mot de passe est visible',
    passwordHiddenAnnouncement: 'Votre mot de passe est masqué'
  }
}
