// Turns the page in place: what a form or a link answers takes the place of the middle; header, scripts and styles stay.
// The server may answer a form with the page that follows (Content-Location says whose it is): one round trip, not two.
// Without this file every form and link works as any.

export const LEAVING = "amicale:leaving"; // on document: what is typed is kept now
export const TURNED = "amicale:turned"; // on document: another middle is shown

const HEADER = "X-Turn";
const MIDDLE = ".am-page";
let busy = false;

const house = (page) => page.querySelector("head script[type=module]")?.src;

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
  document.querySelectorAll("header [name=next]").forEach((field) => (field.value = location.pathname + location.search));
  document.dispatchEvent(new Event(TURNED));
  equip(page);
}

// Answers whether another page is shown, or under way; false where nothing came back: everything stays as it was.
async function turn(address, { body, push = true } = {}) {
  busy = true;
  try {
    const answer = await fetch(address, { method: body ? "POST" : "GET", body, headers: { [HEADER]: "1" }, credentials: "same-origin" });
    if (answer.status >= 500) return false;
    const named = answer.headers.get("Content-Location");
    const target = named ? new URL(named, location.href).href : answer.redirected || !body ? answer.url : location.href;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const known = page.querySelector(MIDDLE) && (page.querySelector("[data-turning]") || !answer.ok);
    if (!known || (answer.ok && house(page) !== house(document))) {
      location.assign(target);
      return true;
    }
    await dress(page);
    show(page, target, push);
    return true;
  } catch {
    return false; // no network
  } finally {
    busy = false;
  }
}

async function send(form, submitter, failed) {
  const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  if (!(await turn(address, { body: new FormData(form, submitter) }))) failed(form);
}

async function follow(link) {
  document.dispatchEvent(new Event(LEAVING));
  if (!(await turn(link.href))) location.assign(link.href);
}

const plain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

// `failed` is told the form whose answer never came. A second submit while one is under way is the same answer.
export function startTurning(failed) {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("form[data-turn]")) return;
    event.preventDefault();
    if (!busy) send(event.target, event.submitter, failed);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-turning] a[data-row]");
    if (!link || event.defaultPrevented || !plain(event)) return;
    event.preventDefault();
    if (!busy) follow(link);
  });
  window.addEventListener("popstate", async () => {
    document.dispatchEvent(new Event(LEAVING));
    if (busy || !(await turn(location.href, { push: false }))) location.reload();
  });
}
