// What lies over the picture: labels, badges, safe areas, notes, the pixel under the pointer.

// SMPTE ST 2046-1: safe action 93 %, safe title 90 % of the frame.
const SAFE_AREAS = [
  [0.93, "action 93 %", "right"],
  [0.9, "title 90 %", "left"],
];

class Overlay {
  constructor(view) {
    this.view = view;
    this.fixed = makeSvg("g");
    this.pixel = makeSvg("rect", { class: "ldv-pixel" });
    this.brush = makeSvg("ellipse", { class: "ldv-brush" });
    this.svg = makeSvg("svg", { class: "ldv-over" }, this.fixed, view.wipe.svg, this.pixel, this.brush);
    this.svg.setAttribute("aria-hidden", "true");
    this.labels = make("div", { class: "ldv-labels" });
    this.notes = make("div", { class: "ldv-notes" });
    this.parts = [this.svg, this.labels, this.notes, ...view.wipe.parts];
    this.pointer = null;
  }

  update() {
    const panes = this.view.transform.panes();
    this.fixed.replaceChildren(...panes.flatMap((pane) => this.frameLines(pane)));
    this.view.wipe.update();
    this.updateLabels(panes);
    this.updateNotes(panes);
    this.updatePointer();
  }

  box(pane, share) {
    const [width, height] = this.view.transform.plate;
    const edge = (1 - share) / 2;
    const [x0, y0] = this.view.transform.toCss(width * edge, height * edge, pane);
    const [x1, y1] = this.view.transform.toCss(width * (1 - edge), height * (1 - edge), pane);
    return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  }

  frameLines(pane) {
    const lines = [makeSvg("rect", { class: "ldv-edge", ...this.box(pane, 1) })];
    if (!this.view.state.safe) return lines;
    for (const [share, name, side] of SAFE_AREAS) {
      const box = this.box(pane, share);
      lines.push(makeSvg("rect", { class: "ldv-safe-under", ...box }));
      lines.push(makeSvg("rect", { class: "ldv-safe", ...box }));
      lines.push(this.safeName(name, side, pane));
    }
    return lines;
  }

  // Both names stand inside the title area, where no line crosses them.
  safeName(name, side, pane) {
    const box = this.box(pane, 0.9);
    const x = side === "left" ? box.x + 6 : box.x + box.width - 6;
    const anchor = side === "left" ? "start" : "end";
    const attributes = { class: "ldv-safe-name", x, y: box.y + box.height - 6 };
    const text = makeSvg("text", { ...attributes, "text-anchor": anchor });
    text.textContent = name;
    return text;
  }

  // What is shown in which corner, with the frame where it is not the current one.
  updateLabels(panes) {
    const { mode } = this.view.state;
    const corners = { a: [["a", "left"]], b: [["b", "left"]], wipe: [["a", "left"], ["b", "right"]] };
    corners.difference = corners.wipe;
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
    const show = (element, visible) => {
      element.style.display = visible ? "" : "none";
    };
    const over = this.pointer && transform.inside(transform.toPlate(...this.pointer));
    const brushing = over && paint.brushing;
    show(this.brush, brushing);
    show(this.pixel, over && !paint.tool);
    if (!over) return;
    const pane = transform.paneAt(this.pointer[0]);
    const [x, y] = transform.toPlate(...this.pointer, pane);
    const [sx, sy] = transform.scale.map((scale) => scale / transform.ratio);
    if (brushing) {
      const radius = this.view.state.brush;
      const [cx, cy] = this.pointer;
      place(this.brush, { cx, cy, rx: radius * sx, ry: radius * sy });
    }
    const [left, top] = transform.toCss(Math.floor(x), Math.floor(y), pane);
    const grow = Math.max(0, (7 - sx) / 2);
    const box = { x: left - grow, y: top - Math.max(0, (7 - sy) / 2) };
    place(this.pixel, { ...box, width: Math.max(7, sx), height: Math.max(7, sy) });
  }
}
