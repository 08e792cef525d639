// What lies over the picture: labels, badges, safe areas, notes, the pixel under the pointer.

// SMPTE ST 2046-1: safe action 93 %, safe title 90 % of the frame.
const SAFE_AREAS = [
  [0.93, "action", "action 93 %"],
  [0.9, "title", "title 90 %"],
];

class Overlay {
  constructor(view) {
    this.view = view;
    const layer = (name) => make("div", { class: `ldv-layer ldv-${name}` });
    this.safe = layer("safe-areas");
    this.labels = layer("labels");
    this.notes = layer("notes");
    this.pixel = make("div", { class: "ldv-pixel", "aria-hidden": "true" });
    this.brush = make("div", { class: "ldv-brush", "aria-hidden": "true" });
    const { wipe } = view;
    this.parts = [this.safe, this.labels, this.notes, ...wipe.parts, this.pixel, this.brush];
    this.pointer = null;
    this.changed = { safe: onChange(), labels: onChange(), notes: onChange() };
  }

  // A layer is built anew only where something in it changed: a page repaints what is touched.
  update() {
    const { view } = this;
    const panes = view.transform.panes();
    const where = JSON.stringify([panes, view.transform.centre, view.transform.scale]);
    const { safe, mode } = view.state;
    this.changed.safe(safe && where, () => this.updateSafe(panes));
    const shown = ["a", "b"].map((slot) => {
      const { label, source, frame, stage, provisional } = view.pictures.top(slot) ?? {};
      return [label, source && view.labelOf(source), frame, stage, provisional, view.pictures.around(slot)];
    });
    const labels = JSON.stringify([mode, view.frame, shown, panes]);
    this.changed.labels(labels, () => this.updateLabels(panes));
    const notes = view.model.get("notes");
    const placed = notes.length > 0 && JSON.stringify([where, view.frame, notes]);
    this.changed.notes(placed, () => this.updateNotes(panes));
    view.wipe.update();
    this.updatePointer();
  }

  box(pane, share) {
    const [width, height] = this.view.transform.plate;
    const edge = (1 - share) / 2;
    const [x0, y0] = this.view.transform.toCss(width * edge, height * edge, pane);
    const [x1, y1] = this.view.transform.toCss(width * (1 - edge), height * (1 - edge), pane);
    return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  }

  updateSafe(panes) {
    const areas = this.view.state.safe ? SAFE_AREAS : [];
    const made = panes.flatMap((pane) =>
      areas.map(([share, kind, name]) => {
        const text = make("span", { "aria-hidden": "true" }, name);
        return lay(make("div", { class: `ldv-safe ldv-${kind}` }, text), this.box(pane, share));
      }),
    );
    this.safe.replaceChildren(...made);
  }

  // What is shown in which corner, with the frame where it is not the current one.
  updateLabels(panes) {
    const { mode } = this.view.state;
    const both = [["a", "left"], ["b", "right"]];
    const corners = { a: [["a", "left"]], b: [["b", "left"]], wipe: both, difference: both };
    const made = panes.flatMap((pane) =>
      (mode === "side" ? [[pane.mode, "left"]] : corners[mode]).map(([slot, side]) =>
        this.label(slot, side, pane),
      ),
    );
    this.labels.replaceChildren(...made);
  }

  label(slot, side, pane) {
    const { ratio } = this.view.transform;
    const picture = this.view.pictures.top(slot);
    const name = picture ? picture.label || this.view.labelOf(picture.source) : "no picture yet";
    const text = make("span", { class: "ldv-label" }, make("b", {}, slot.toUpperCase()), ` ${name}`);
    if (picture && picture.frame !== this.view.frame) {
      text.append(make("i", {}, ` frame ${picture.frame}`));
    }
    const around = this.view.pictures.around(slot);
    if (around) text.append(make("i", {}, ` (${around})`));
    const badge = picture?.provisional
      ? make("span", { class: "ldv-badge" }, picture.stage || "provisional")
      : null;
    const corner = make("div", { class: `ldv-corner ldv-${side}` }, text, badge);
    corner.style.left = `${pane.x / ratio}px`;
    corner.style.width = `${pane.w / ratio}px`;
    return corner;
  }

  updateNotes(panes) {
    const here = this.view.model.get("notes").map((note, i) => ({ ...note, number: i + 1 }));
    const shown = here.filter((note) => note.frame === this.view.frame);
    const made = panes.flatMap((pane) => shown.map((note) => this.note(note, pane)));
    this.notes.replaceChildren(...made.filter(Boolean));
  }

  note(note, pane) {
    const { ratio } = this.view.transform;
    const [x, y] = this.view.transform.toCss(note.x, note.y, pane);
    if (x < pane.x / ratio || x > (pane.x + pane.w) / ratio) return null;
    const said = `Note ${note.number}: ${note.text} (${note.author})`;
    const attributes = { class: "ldv-note", role: "img", "aria-label": said, title: said };
    const marker = make("span", attributes, String(note.number));
    marker.style.transform = `translate(${x}px, ${y}px)`;
    return marker;
  }

  // The pointer's place in CSS pixels, or null.
  point(pointer) {
    this.pointer = pointer;
    this.updatePointer();
  }

  updatePointer() {
    const { transform, paint } = this.view;
    const over = this.pointer && transform.inside(transform.toPlate(...this.pointer));
    this.brush.hidden = !(over && paint.brushing);
    this.pixel.hidden = !over || paint.tool !== "";
    if (!over) return;
    const pane = transform.paneAt(this.pointer[0]);
    const [x, y] = transform.toPlate(...this.pointer, pane);
    const [sx, sy] = transform.scale.map((scale) => scale / transform.ratio);
    const radius = this.view.state.brush;
    const [cx, cy] = this.pointer;
    const round = { width: 2 * radius * sx, height: 2 * radius * sy };
    lay(this.brush, { x: cx - radius * sx, y: cy - radius * sy, ...round });
    const [left, top] = transform.toCss(Math.floor(x), Math.floor(y), pane);
    const [width, height] = [Math.max(7, sx), Math.max(7, sy)];
    lay(this.pixel, { x: left - (width - sx) / 2, y: top - (height - sy) / 2, width, height });
  }
}
