// The sheet on `?`: a real dialog; the browser keeps the focus inside and gives it back.

const KEY_NAMES = { ArrowLeft: "\u2190", ArrowRight: "\u2192", Escape: "Esc", "-": "\u2212" };

class Help {
  constructor(view) {
    this.view = view;
    const id = `ldv-help-${Math.random().toString(36).slice(2)}`;
    this.sheet = make("div", { class: "ldv-sheet" });
    this.close = button("Close", () => this.dialog.close(), { autofocus: true });
    this.dialog = make(
      "dialog",
      { class: "ldv-help", role: "dialog", "aria-modal": "true", "aria-labelledby": id },
      make("div", { class: "ldv-help-head" }, make("h2", { id }, "Keyboard and mouse"), this.close),
      this.sheet,
    );
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("keydown", (event) => this.hold(event));
    this.dialog.addEventListener("close", () => this.opener?.focus({ preventScroll: true }));
  }

  get isOpen() {
    return this.dialog.open;
  }

  open() {
    this.opener = document.activeElement;
    this.sheet.replaceChildren(...this.sections());
    this.dialog.showModal();
  }

  hold(event) {
    event.stopPropagation();
    if (event.key === "?") this.dialog.close();
    if (event.key !== "Tab") return;
    event.preventDefault(); // Close is all that can be focused here
    this.close.focus();
  }

  sections() {
    const rows = this.view.keys.sections().map(([title, keys]) => [
      title,
      keys.map(([names, text, , extra]) => [names, extra ? `${text} (${extra})` : text]),
    ]);
    const commands = this.view.model.get("commands").map(({ key, label }) => [[key], label]);
    if (commands.length) rows.push(["This desk", commands]);
    const mouse = MOUSE[1].map(([what, text]) => [[what], text]);
    return [
      ...rows.map(([title, entries]) => this.section(title, entries, "kbd")),
      this.section(MOUSE[0], mouse, "span"),
    ];
  }

  section(title, entries, kind) {
    const list = make("dl");
    for (const [names, text] of entries) {
      const keys = names.map((name) => make(kind, {}, KEY_NAMES[name] ?? name));
      list.append(make("div", {}, make("dt", {}, ...keys), make("dd", {}, text)));
    }
    return make("section", {}, make("h3", {}, title), list);
  }
}
