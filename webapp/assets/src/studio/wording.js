// French for libraries that write their English words into the page: known texts are put into French as they appear.

import words from "./words-pages-fr.js";

const CREATE = /^Create an? (.+) element$/;
const NAMES = ["placeholder", "title", "aria-label", "data-tooltip"];

// A text in French, or nothing where it is none of theirs.
function french(text) {
  const kind = CREATE.exec(text)?.[1];
  return kind in words ? `Ajouter\u00a0: ${words[kind]}` : words[text];
}

function say(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.data.trim();
    const said = french(text);
    if (said && text !== said) node.data = node.data.replace(text, said);
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const name of NAMES) {
    const said = french(node.getAttribute(name) ?? "");
    if (said) node.setAttribute(name, said);
  }
  node.childNodes.forEach(say);
}

export function wording(place, language) {
  if (language !== "fr") return;
  const watcher = new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === "childList") addedNodes.forEach(say);
      else say(target);
    }
  });
  watcher.observe(place, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: NAMES });
}
