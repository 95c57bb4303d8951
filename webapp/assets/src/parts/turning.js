// Turns the page in place: what a form or a link answers takes the place of the middle; header, scripts and styles stay.
// The server may answer a form with the page that follows (Content-Location says whose it is): one round trip, not two.
// Without this file every form and link works as any. Whatever goes wrong, a form that stands here stays as it was typed.

import { tell, untell } from "./trouble.js";

export const LEAVING = "amicale:leaving"; // on document: what is typed is kept now; detail gathers how that goes
export const TURNED = "amicale:turned"; // on document: another middle is shown
export const STAYED = "amicale:stayed"; // on document: a form was sent, and stands here still

const HEADER = "X-Turn";
const MIDDLE = ".am-page";
let busy = false;

const house = (page) => page.querySelector("head script[type=module]")?.src;
const here = () => location.href.split("#", 1)[0];
let shown = here(); // whose middle stands here: an address that differs by its fragment is the same page

const lacking = (page, selector, name) => {
  const known = new Set([...document.querySelectorAll(selector)].map((each) => each[name]));
  return [...page.querySelectorAll(selector)].filter((each) => !known.has(each[name]));
};

// The stylesheets that the new page needs are there before it is shown.
function dress(page) {
  const sheets = lacking(page, "link[rel=stylesheet]", "href").map((each) => {
    const sheet = document.importNode(each);
    return new Promise((resolve) => {
      sheet.addEventListener("load", resolve);
      sheet.addEventListener("error", resolve);
      document.head.append(sheet);
    });
  });
  return Promise.all(sheets);
}

function equip(page) {
  for (const each of lacking(page, "script[type=module]", "src")) {
    const script = document.createElement("script");
    script.type = "module";
    script.src = each.src;
    document.head.append(script);
  }
}

function show(page, address, push) {
  document.querySelector(MIDDLE).replaceWith(document.adoptNode(page.querySelector(MIDDLE)));
  document.title = page.title;
  if (push && address !== location.href) history.pushState(null, "", address);
  shown = here();
  document.querySelectorAll("header [name=next]").forEach((field) => (field.value = location.pathname + location.search));
  document.dispatchEvent(new Event(TURNED));
  equip(page);
}

// Keeps what is typed before its form goes: "kept", "refused" by the server, or "unanswered".
async function kept() {
  const leaving = new CustomEvent(LEAVING, { detail: [] });
  document.dispatchEvent(leaving);
  const outcomes = await Promise.all(leaving.detail);
  return outcomes.find((each) => each !== "kept") ?? "kept";
}

// Answers null where another page is shown, or under way; else what came instead: a page of an error, or nothing.
async function turn(address, { body, push = true } = {}) {
  try {
    const answer = await fetch(address, { method: body ? "POST" : "GET", body, headers: { [HEADER]: "1" }, credentials: "same-origin" });
    const named = answer.headers.get("Content-Location");
    const target = named ? new URL(named, location.href).href : answer.redirected || !body ? answer.url : location.href;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const turning = page.querySelector("[data-turning]") && page.querySelector(MIDDLE);
    if (!answer.ok && !turning) return { status: answer.status, page };
    if (!turning || (answer.ok && house(page) !== house(document))) {
      location.assign(target);
      return null;
    }
    await dress(page);
    show(page, target, push);
    return null;
  } catch {
    return { status: 0, page: null }; // no network
  }
}

// A form beside the one that is typed into goes only where that one's draft is on the server: its answer draws it anew.
async function send(form, submitter) {
  const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  const body = new FormData(form, submitter);
  const trouble = (await kept()) === "kept" ? await turn(address, { body }) : { status: 0, page: null };
  if (!trouble) return;
  tell(trouble.page);
  document.dispatchEvent(new Event(STAYED));
}

// `instead` opens the page as the browser does: a page that is refused is shown at its own address, and Back leads here.
async function go(address, push, instead) {
  const trouble = (await kept()) === "unanswered" ? { status: 0, page: null } : await turn(address, { push });
  if (!trouble) return;
  if (trouble.status >= 400 && trouble.status < 500) instead();
  else tell(trouble.page);
}

async function alone(act) {
  if (busy) return;
  busy = true;
  untell();
  try {
    await act();
  } finally {
    busy = false;
  }
}

const plain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

// A second submit while one is under way is the same answer.
export function startTurning() {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("form[data-turn]")) return;
    event.preventDefault();
    alone(() => send(event.target, event.submitter));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-turning] a[data-row]");
    if (!link || event.defaultPrevented || !plain(event)) return;
    event.preventDefault();
    alone(() => go(link.href, true, () => location.assign(link.href)));
  });
  window.addEventListener("popstate", () => {
    if (here() === shown) return; // the skip link, a link to a field: the same page
    if (busy) location.reload();
    else alone(() => go(location.href, false, () => location.reload()));
  });
}
