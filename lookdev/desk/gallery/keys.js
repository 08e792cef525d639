// The keyboard: arrows move, Enter opens (a button's own click), letters act.

const LETTERS = { s: "star", x: "reject", n: "note", a: "a", b: "b" };

function neighbour(cards, at, key) {
  const last = cards.length - 1;
  switch (key) {
    case "ArrowRight":
      return Math.min(at + 1, last);
    case "ArrowLeft":
      return Math.max(at - 1, 0);
    case "ArrowDown":
      return besideRow(cards, at, 1);
    case "ArrowUp":
      return besideRow(cards, at, -1);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}

// The nearest card of the next row down (1) or up (-1), as they lie on the page.
function besideRow(cards, at, way) {
  const here = cards[at].root.getBoundingClientRect();
  let best = at;
  let rowTop = null;
  let distance = Infinity;
  for (let n = at + way; n >= 0 && n < cards.length; n += way) {
    const box = cards[n].root.getBoundingClientRect();
    if (Math.abs(box.top - here.top) < 2) continue;
    rowTop ??= box.top;
    if (Math.abs(box.top - rowTop) > 2) break;
    if (Math.abs(box.left - here.left) < distance) {
      distance = Math.abs(box.left - here.left);
      best = n;
    }
  }
  return best;
}

// Whether the key was the gallery's: then the notebook around it must not see it.
function handleKey(event, gallery) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const at = gallery.focusedIndex();
  if (at < 0) return false;
  if (event.key === "Enter" || event.key === " ") return true; // the button clicks by itself
  if (event.key === "Escape") {
    gallery.enlarged.hide();
    return true;
  }
  const next = neighbour(gallery.cards, at, event.key);
  if (next !== null) {
    event.preventDefault();
    gallery.focus(next);
    return true;
  }
  const action = LETTERS[event.key.toLowerCase()];
  if (!action || !gallery.can().includes(action)) return false;
  event.preventDefault();
  gallery.act(action, gallery.cards[at].id);
  return true;
}
