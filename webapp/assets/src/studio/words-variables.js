// What is said of a variable beside its name, as an expression is completed.

export const wording = {
  en: {
    from: "From:", outside: "the start or the outside",
    types: {
      string: "text", number: "number", boolean: "yes or no", date: "date", time: "time", "date and time": "moment",
      list: "list", context: "group of values", "days and time duration": "duration", "years and months duration": "duration",
    },
  },
  fr: {
    from: "Vient de\u00a0:", outside: "le début ou l’extérieur",
    types: {
      string: "texte", number: "nombre", boolean: "oui ou non", date: "date", time: "heure", "date and time": "moment",
      list: "liste", context: "groupe de valeurs", "days and time duration": "durée", "years and months duration": "durée",
    },
  },
};
