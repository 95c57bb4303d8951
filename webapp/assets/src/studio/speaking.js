// The editor in the reader's language: English is its own, French is ours.

import kinds from "./words-kinds-fr.js";
import menus from "./words-menus-fr.js";
import ours from "./words-fr.js";
import templates from "./words-templates-fr.js";

const english = { "{label} {message}": "{message}" }; // what theirs says clumsily

export function speaking(language, more = {}) {
  const known = { ...menus, ...templates, ...ours, ...kinds, ...more };
  const misses = new Set();
  window.studioMisses = misses; // what a test reads: texts that nobody put into French
  const translate = (template, replacements = {}) => {
    if (language === "fr" && !(template in known)) misses.add(template);
    const text = (language === "fr" ? known : english)[template] ?? template;
    return text.replace(/{([^}]+)}/g, (_, key) => {
      const value = replacements[key];
      return value === undefined ? `{${key}}` : language === "fr" ? known[value] ?? value : value;
    });
  };
  return { translate: ["value", translate] };
}
