// What every editor of the studio shares: its state in words, autosave, and what happens when somebody else saved.

const AFTER = 1500; // milliseconds of rest before a save
const LOOK_AFTER = 300; // and before what is typed is checked

export function saving(editor, contents, settled) {
  const said = editor.querySelector("[data-state-said]");
  const conflict = editor.querySelector("[data-conflict]");
  const token = document.querySelector("meta[name=csrf-token]").content;
  let waiting = null;
  let running = false;
  let changes = 0;

  function show(state) {
    editor.dataset.state = state;
    said.textContent = said.dataset[state];
  }

  async function send(address) {
    const body = new FormData();
    body.append("seen", editor.dataset.rev);
    for (const [name, text] of Object.entries(await contents())) body.append("files", new Blob([text]), name);
    return fetch(address, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
  }

  function refuse(message, both) {
    show("failed");
    conflict.hidden = false;
    conflict.querySelector("[data-conflict-said]").textContent = message;
    conflict.querySelectorAll("button").forEach((button) => { button.hidden = !both; });
  }

  async function save() {
    clearTimeout(waiting);
    if (running || editor.dataset.state !== "dirty" || editor.dataset.readonly) return;
    running = true;
    const before = changes;
    show("saving");
    try {
      const answer = await send(editor.dataset.save);
      const told = await answer.json();
      if (answer.ok) {
        editor.dataset.rev = told.rev;
        conflict.hidden = true;
        if (changes === before) tell(told.html);
        show(changes === before ? "saved" : "dirty");
      } else refuse(told.message, told.error === "studio_saved_meanwhile");
    } catch (error) {
      show("dirty");
      waiting = setTimeout(save, 10 * AFTER); // the network is away: what was drawn stays here, and is sent later
    } finally {
      running = false;
    }
    if (editor.dataset.state === "dirty" && changes !== before) waiting = setTimeout(save, AFTER);
  }

  function tell(html) {
    editor.querySelector("[data-findings]").innerHTML = html;
    editor.dispatchEvent(new CustomEvent("checked"));
  }
  const look = looking(() => changes, () => send(editor.dataset.check), tell);

  function touched() {
    if (editor.dataset.readonly) return;
    changes += 1;
    look();
    if (!conflict.hidden && !conflict.querySelector("[data-keep-both]").hidden) return; // first: whose version stays
    if (!running) show("dirty");
    clearTimeout(waiting);
    waiting = setTimeout(save, AFTER);
  }

  editor.querySelector("[data-save-now]")?.addEventListener("click", async () => {
    await settled(); // what was typed last has to arrive first
    await save();
  });
  // What was drawn here becomes a draft of its own first: so nothing of it can be lost.
  const branch = (to) => async () => {
    const answer = await send(editor.dataset.branch);
    const told = await answer.json();
    if (answer.ok) { show("saved"); location.assign(told[to]); } else refuse(told.message, true);
  };
  conflict.querySelector("[data-keep-both]").addEventListener("click", branch("url"));
  conflict.querySelector("[data-merge]").addEventListener("click", branch("merge"));
  conflict.querySelector("[data-take-theirs]").addEventListener("click", () => { show("saved"); location.reload(); });
  window.addEventListener("beforeunload", (event) => {
    if (["dirty", "saving", "failed"].includes(editor.dataset.state)) event.preventDefault();
  });
  meeting(editor, token);
  return { touched, save, show };
}

// What is typed is checked before it is saved: one question at a time, and an answer counts only for what still stands.
function looking(changes, ask, tell) {
  let waiting = null;
  let asking = false;

  async function look() {
    if (asking) return; // its end asks again
    const mine = changes();
    asking = true;
    try {
      const answer = await ask();
      const told = answer.ok ? await answer.json() : null;
      if (told && mine === changes()) tell(told.html);
    } catch { /* the network is away: the state of saving says so */ } finally {
      asking = false;
    }
    if (mine !== changes()) soon();
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(look, LOOK_AFTER);
  }
  return soon;
}

// A finding leads to its place: in this editor at once, in another file by its address.
export function leading(editor, goto) {
  editor.querySelector("[data-said]").addEventListener("click", (event) => {
    const link = event.target.closest("a[data-file]");
    if (!link || link.dataset.file !== editor.dataset.name) return;
    event.preventDefault();
    goto(link.dataset.element, (link.dataset.path ?? "").split(" ").filter(Boolean));
  });
}

const EVERY = 15000; // milliseconds between two looks at who else is there

// Says that this editor is open, and who else is at the draft.
function meeting(editor, token) {
  const said = editor.querySelector("[data-others]");
  const look = async () => {
    if (document.hidden) return;
    const body = new FormData();
    body.append("file", editor.dataset.name);
    try {
      const answer = await fetch(said.dataset.here, {
        method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": token, Accept: "application/json" },
      });
      const told = (await answer.json()).said ?? "";
      if (answer.ok && said.textContent !== told) said.textContent = told;
    } catch { /* the network is away: the state of saving says so */ }
  };
  look();
  setInterval(look, EVERY);
}
