// One picture with its labels and buttons. It shows an item, and reports what was clicked.

const CARD_BUTTONS = {
  star: ["★", (item) => (item.starred ? "Remove the star (s)" : "Star (s)")],
  reject: ["✕", (item) => (item.rejected ? "Take back the rejection (x)" : "Reject (x)")],
  note: ["✎", (item) => (item.note ? "Change the note (n)" : "Write a note (n)")],
  a: ["A", () => "Show as A (a)"],
  b: ["B", () => "Show as B (b)"],
};

class Card {
  constructor(id, acted) {
    this.id = id;
    this.acted = acted;
    this.root = make("li", "ld-card");
    this.picture = make("button", "ld-card-picture");
    this.picture.type = "button";
    this.picture.onclick = () => acted("open", id);
    this.image = make("img", "ld-card-image");
    this.image.alt = "";
    this.image.hidden = true;
    this.marks = make("span", "ld-card-marks");
    this.marks.setAttribute("aria-hidden", "true");
    this.picture.append(this.image, this.marks);
    this.title = make("div", "ld-card-title");
    this.lines = make("div", "ld-card-lines");
    this.cost = make("div", "ld-card-cost");
    this.note = make("div", "ld-card-note");
    this.buttons = make("div", "ld-card-buttons");
    this.text = make("div", "ld-card-text");
    this.text.append(this.title, this.lines, this.cost, this.note, this.buttons);
    this.root.append(this.picture, this.text);
  }

  show(item, can) {
    this.item = item;
    for (const state of ["starred", "rejected", "current"]) {
      this.root.classList.toggle(`is-${state}`, Boolean(item[state]));
    }
    this.root.style.setProperty("--depth", item.depth ?? 0);
    this.picture.setAttribute("aria-label", spoken(item));
    if (item.current) this.picture.setAttribute("aria-current", "true");
    else this.picture.removeAttribute("aria-current");
    this.picture.setAttribute("aria-disabled", String(!can.includes("open")));
    setText(this.title, item.title ?? "");
    setText(this.lines, (item.lines ?? []).join("\n"));
    setText(this.cost, costText(item));
    setText(this.note, item.note ?? "");
    this.showMarks(item);
    this.showButtons(item, can);
  }

  showMarks(item) {
    const words = [
      ["current", "current"],
      ["starred", "★"],
      ["rejected", "rejected"],
    ].filter(([state]) => item[state]);
    this.marks.replaceChildren(
      ...words.map(([state, word]) => make("span", `ld-mark ld-mark-${state}`, word)),
    );
  }

  showButtons(item, can) {
    const names = Object.keys(CARD_BUTTONS).filter((name) => can.includes(name));
    if (this.shown !== names.join()) {
      this.shown = names.join();
      this.byName = Object.fromEntries(names.map((name) => [name, this.button(name)]));
      this.buttons.replaceChildren(...Object.values(this.byName));
      this.setReachable(this.picture.tabIndex === 0);
    }
    for (const name of names) {
      const label = CARD_BUTTONS[name][1](item);
      this.byName[name].title = label;
      this.byName[name].setAttribute("aria-label", `${label}: ${item.title}`);
    }
    this.byName.star?.setAttribute("aria-pressed", String(Boolean(item.starred)));
    this.byName.reject?.setAttribute("aria-pressed", String(Boolean(item.rejected)));
  }

  button(name) {
    const act = () => this.acted(name, this.id);
    return makeButton(`ld-card-button ld-do-${name}`, CARD_BUTTONS[name][0], name, act);
  }

  // Only one card of a gallery is in the tab order; the arrows move to the others.
  setReachable(reachable) {
    this.picture.tabIndex = reachable ? 0 : -1;
    for (const button of this.buttons.children) button.tabIndex = reachable ? 0 : -1;
  }

  showPicture(url) {
    this.image.hidden = !url;
    if (url) this.image.src = url;
  }
}

function costText(item) {
  const parts = [];
  if (typeof item.seconds === "number") parts.push(`${item.seconds.toFixed(item.seconds < 1 ? 2 : 1)} s`);
  if (typeof item.evaluations === "number") {
    parts.push(`${item.evaluations} evaluation${item.evaluations === 1 ? "" : "s"}`);
  }
  return parts.join(" · ");
}

function spoken(item) {
  const states = ["current", "starred", "rejected"].filter((state) => item[state]);
  const note = item.note ? `note: ${item.note}` : "";
  return [item.title, ...states, ...(item.lines ?? []), costText(item), note]
    .filter(Boolean)
    .join(", ");
}
