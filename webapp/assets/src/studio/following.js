// Looks at how far scenarios are until none is left, and writes their list into a place.

const EVERY = 1000; // milliseconds between two looks

export function following(address, place, ended) {
  const look = async () => {
    let left = 1;
    try {
      const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (!answer.ok) { place.textContent = told.message ?? ""; return; }
      if (place.dataset.shown !== told.html) { place.innerHTML = told.html; place.dataset.shown = told.html; }
      left = told.left;
    } catch { /* the network is away: the next look says more */ }
    if (left) setTimeout(look, EVERY);
    else ended();
  };
  look();
}
