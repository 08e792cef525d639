// The garbage matte: boxes and strokes in plate pixels, drawn as they would be saved.

const BRUSH_LIMITS = [1, 500];

class Paint {
  constructor(view) {
    this.view = view;
    this.tool = "";
    this.shapes = [];
    this.current = null;
    this.canvas = make("canvas", { class: "ldv-paint", "aria-hidden": "true" });
    this.context = this.canvas.getContext("2d");
  }

  get brushing() {
    return this.tool === "brush" || this.tool === "erase";
  }

  // "" | "box" | "brush" | "erase"; the same tool again puts it away.
  use(tool) {
    this.tool = tool === this.tool ? "" : tool;
    this.view.viewport.dataset.tool = this.tool;
    this.view.toolbar.update();
    this.view.overlay.updatePointer();
  }

  resize(radius) {
    this.view.set({ brush: rounded(clamp(radius, ...BRUSH_LIMITS), 1) });
  }

  // Returns what follows the pointer, and what ends it.
  begin(cssX, cssY) {
    const pane = this.view.transform.paneAt(cssX);
    const at = (x, y) => this.view.transform.toPlate(x, y, pane).map((value) => rounded(value));
    const start = at(cssX, cssY);
    this.current =
      this.tool === "box"
        ? { kind: "box", from: start, to: start }
        : {
            kind: "brush",
            radius: this.view.state.brush,
            points: [start],
            erase: this.tool === "erase",
          };
    this.draw();
    return { follow: (x, y) => this.follow(at(x, y)), end: () => this.end() };
  }

  follow(point) {
    if (!this.current) return;
    if (this.current.kind === "box") this.current.to = point;
    else {
      const [x, y] = this.current.points.at(-1);
      if (x !== point[0] || y !== point[1]) this.current.points.push(point);
    }
    this.draw();
  }

  end() {
    const shape = this.current && this.asShape(this.current);
    this.current = null;
    if (shape) this.shapes.push(shape);
    this.view.toolbar.update();
    this.draw();
  }

  // What is sent; null for a box without an area.
  asShape(drawn) {
    if (drawn.kind === "brush") return drawn;
    const [width, height] = this.view.transform.plate;
    const span = (i, most) =>
      [drawn.from[i], drawn.to[i]].map((v) => clamp(v, 0, most)).sort((one, other) => one - other);
    const [x0, x1] = span(0, width);
    const [y0, y1] = span(1, height);
    return x1 - x0 < 0.5 || y1 - y0 < 0.5 ? null : { kind: "box", x0, y0, x1, y1 };
  }

  dropCurrent() {
    this.current = null;
    this.draw();
  }

  undo() {
    this.shapes.pop();
    this.view.toolbar.update();
    this.draw();
  }

  clear() {
    this.shapes = [];
    this.view.toolbar.update();
    this.draw();
  }

  save(name) {
    if (!name) this.view.statusBar.say("Give the matte a name before saving it.", "warning");
    else if (!this.shapes.length) {
      this.view.statusBar.say("Draw a box or a stroke before saving the matte.", "warning");
    } else this.view.send({ type: "matte", name, shapes: this.shapes });
  }

  saved(name) {
    this.clear();
    this.view.statusBar.say(`Matte ${name} saved.`, "good");
  }

  draw() {
    const { transform } = this.view;
    const { canvas, context } = this;
    canvas.hidden = !this.shapes.length && !this.current; // an empty layer costs as much as a full one
    if (canvas.width !== transform.width || canvas.height !== transform.height) {
      Object.assign(canvas, { width: transform.width, height: transform.height });
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (const pane of transform.panes()) this.drawPane(pane);
  }

  drawPane(pane) {
    const { context } = this;
    const { transform } = this.view;
    const [sx, sy] = transform.scale;
    const [width, height] = transform.plate;
    context.save();
    context.beginPath();
    context.rect(pane.x, pane.y, pane.w, pane.h);
    context.clip();
    context.setTransform(sx, 0, 0, sy, ...transform.origin(pane));
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    for (const shape of this.shapes) this.drawShape(shape);
    if (this.current) this.drawShape(this.asShape(this.current));
    context.restore();
  }

  drawShape(shape) {
    const { context } = this;
    if (!shape) return;
    context.globalCompositeOperation = shape.erase ? "destination-out" : "source-over";
    context.fillStyle = context.strokeStyle = "rgb(255 48 36)";
    if (shape.kind === "box") {
      context.fillRect(shape.x0, shape.y0, shape.x1 - shape.x0, shape.y1 - shape.y0);
      return;
    }
    Object.assign(context, { lineWidth: shape.radius * 2, lineCap: "round", lineJoin: "round" });
    context.beginPath();
    shape.points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    if (shape.points.length === 1) context.lineTo(...shape.points[0]);
    context.stroke();
  }
}
