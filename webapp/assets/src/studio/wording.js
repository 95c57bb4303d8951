// French for libraries that write their English words into the page: known texts are put into French as they appear.

import words from "./words-pages-fr.js";

const NAMES = ["placeholder", "title", "aria-label", "data-tooltip"];

function say(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.data.trim();
    if (text in words && node.data !== words[text]) node.data = node.data.replace(text, words[text]);
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const name of NAMES) {
    const text = node.getAttribute(name);
    if (text && text in words) node.setAttribute(name, words[text]);
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
