// The row over the picture: sources, comparison, exposure, zoom, overlays, garbage matte.

const COMPARISONS = [
  ["a", "A", "Show A (1)"],
  ["b", "B", "Show B (2)"],
  ["wipe", "Wipe", "Wipe A against B (3)"],
  ["side", "Side", "Side by side (4)"],
  ["difference", "Diff", "Difference of A and B (5)"],
];
const EXPOSURE_LIMITS = [-10, 10];
const GAMMA_LIMITS = [0.2, 4];

class Toolbar {
  constructor(view) {
    this.view = view;
    const release = () => view.viewport.focus({ preventScroll: true });
    const choice = (label, name, title, change) =>
      new Choice({ label, name, title, change, release });
    this.a = choice("A", "A source", "What A shows", (a) => view.choose({ a }));
    this.b = choice("B", "B source", "What B shows", (b) => view.choose({ b }));
    const overlay = (id) => view.choose({ overlay: id });
    this.matte = choice("Overlay", "Overlay", "Matte over the picture (m)", overlay);
    this.modes = COMPARISONS.map(([mode, text, title]) =>
      button(text, () => view.set({ mode }), { "data-mode": mode, title }),
    );
    this.exposure = this.amount("Exposure", "Exp", "stops", EXPOSURE_LIMITS, 0, "exposure");
    this.gamma = this.amount("Gamma", "Gam", "", GAMMA_LIMITS, 1, "gamma");
    this.zoom = new Amount({
      label: "Zoom",
      unit: "percent",
      low: 2,
      high: 6400,
      step: 1,
      reset: 100,
      digits: 0,
      slider: false,
      marked: false,
      change: (percent) => view.transform.zoomTo(percent / 100),
    });
    this.fit = button("Fit", () => view.transform.fit(), { title: "Whole frame (0)" });
    this.one = button("1:1", () => view.transform.zoomTo(1), { title: "A pixel is a pixel (Home)" });
    this.safe = button("Safe", () => view.set({ safe: !view.state.safe }), {
      title: "Safe action 93 %, safe title 90 % (s)",
    });
    this.garbage = button("Matte\u2026", () => this.togglePaint(), {
      title: "Paint a garbage matte (p)",
      "aria-expanded": "false",
    });
    this.help = button("?", () => view.help.open(), {
      title: "Keyboard (?)",
      "aria-label": "Keyboard shortcuts",
      "aria-haspopup": "dialog",
    });
    this.title = make("span", { class: "ldv-title" });
    this.tools = new PaintTools(view);
    this.root = make("div", { class: "ldv-tools", role: "toolbar", "aria-label": "Viewer" });
    this.root.append(
      group("Sources", this.a.root, this.b.root),
      group("Compare", ...this.modes),
      group("Zoom", this.zoom.root, make("span", { class: "ldv-unit" }, "%"), this.fit, this.one),
      group("Tone", this.exposure.root, this.gamma.root),
      group("Overlays", this.matte.root, this.safe, this.garbage),
      this.title,
      this.help,
    );
  }

  amount(label, short, unit, [low, high], reset, key) {
    const change = (value) => this.view.set({ [key]: rounded(value) });
    return new Amount({ label, short, unit, low, high, step: 0.05, reset, digits: 2, change });
  }

  togglePaint() {
    this.tools.root.hidden = !this.tools.root.hidden;
    if (this.tools.root.hidden) this.view.paint.use("");
    else this.view.paint.use("brush");
    this.view.resized();
  }

  update() {
    const { state, model, transform, shot } = this.view;
    this.title.textContent = [shot.title, `${shot.width}\u00d7${shot.height}`].filter(Boolean).join("  ");
    this.title.title = this.title.textContent;
    const sources = model.get("sources");
    const known = (id) => [...sources, ...(sources.some((s) => s.id === id) ? [] : [{ id, label: id }])];
    this.a.update(known(state.a), state.a);
    this.b.update(known(state.b), state.b);
    const mattes = sources.filter(({ id }) => id.startsWith("matte:") || id === "support");
    const offered = [{ id: "", label: "none" }, ...mattes];
    if (!offered.some(({ id }) => id === state.overlay)) {
      offered.push({ id: state.overlay, label: state.overlay });
    }
    this.matte.update(offered, state.overlay);
    for (const one of this.modes) one.setAttribute("aria-pressed", one.dataset.mode === state.mode);
    this.exposure.update(state.exposure);
    this.gamma.update(state.gamma);
    this.zoom.update(Math.round(transform.zoom * 100));
    this.fit.setAttribute("aria-pressed", state.zoom === "fit");
    this.one.setAttribute("aria-pressed", state.zoom === 1);
    this.safe.setAttribute("aria-pressed", state.safe);
    this.garbage.hidden = !model.get("garbage");
    if (this.garbage.hidden) this.tools.root.hidden = true;
    this.garbage.setAttribute("aria-expanded", !this.tools.root.hidden);
    this.tools.update();
  }
}

// The second row, there while a garbage matte is painted.
class PaintTools {
  constructor(view) {
    this.view = view;
    const { paint } = view;
    const tool = (id, text, title) =>
      button(text, () => paint.use(id), { "data-tool": id, title });
    this.buttons = [
      tool("box", "Box", "Drag a box (x)"),
      tool("brush", "Brush", "Paint (b)"),
      tool("erase", "Eraser", "Take away (e)"),
    ];
    this.radius = new Amount({
      label: "Radius",
      unit: "plate pixels",
      low: 1,
      high: 500,
      step: 1,
      reset: 24,
      digits: 0,
      change: (radius) => paint.resize(radius),
    });
    this.undo = button("Undo shape", () => paint.undo(), { title: "Takes back the last shape (u)" });
    this.clear = button("Clear", () => paint.clear());
    this.name = make("input", { type: "text", class: "ldv-name-field", maxlength: 63, spellcheck: "false" });
    this.save = button("Save matte", () => paint.save(this.name.value.trim()), {
      class: "ldv-button ldv-main",
    });
    this.name.addEventListener("keydown", (event) => {
      if (event.key === "Enter") paint.save(this.name.value.trim());
    });
    this.root = make("div", { class: "ldv-tools ldv-paint-tools", role: "toolbar", "aria-label": "Garbage matte" });
    this.root.append(
      group("Tool", ...this.buttons),
      this.radius.root,
      group("Shapes", this.undo, this.clear),
      make("label", { class: "ldv-choice" }, make("span", {}, "Name"), this.name),
      this.save,
    );
    this.root.hidden = true;
  }

  update() {
    const { paint, state } = this.view;
    for (const one of this.buttons) {
      one.setAttribute("aria-pressed", one.dataset.tool === paint.tool);
    }
    this.radius.update(state.brush);
    const none = paint.shapes.length === 0;
    this.undo.disabled = none;
    this.clear.disabled = none;
  }
}
