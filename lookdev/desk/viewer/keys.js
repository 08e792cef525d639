// One table of keys: what the keyboard does and what the sheet on `?` says.

const KEYS = [
  ["Compare", [
    [["f"], "Flip between A and B", (v) => v.set({ mode: v.state.mode === "a" ? "b" : "a" })],
    [["1"], "A", (v) => v.set({ mode: "a" })],
    [["2"], "B", (v) => v.set({ mode: "b" })],
    [["3", "w"], "Wipe", (v) => v.set({ mode: "wipe" })],
    [["4"], "Side by side", (v) => v.set({ mode: "side" })],
    [["5"], "Difference", (v) => v.set({ mode: "difference" })],
  ]],
  ["Picture", [
    [["["], "Exposure down by half a stop", (v) => v.expose(-0.5)],
    [["]"], "Exposure up by half a stop", (v) => v.expose(0.5)],
    [["g"], "Gamma down", (v) => v.changeGamma(-0.1)],
    [["G"], "Gamma up", (v) => v.changeGamma(0.1)],
    [["r"], "Reset exposure and gamma", (v) => v.set({ exposure: 0, gamma: 1 })],
    [["m"], "Matte overlay on or off", (v) => v.toggleOverlay()],
    [["s"], "Safe areas on or off", (v) => v.set({ safe: !v.state.safe })],
  ]],
  ["Zoom", [
    [["+", "="], "Zoom in", (v) => v.transform.zoomBy(Math.SQRT2)],
    [["-", "_"], "Zoom out", (v) => v.transform.zoomBy(Math.SQRT1_2)],
    [["0"], "Fit the whole frame", (v) => v.transform.fit()],
    [["Home"], "1:1, a pixel is a pixel", (v) => v.transform.zoomTo(1)],
  ]],
  ["Time", [
    [["ArrowLeft"], "Previous frame", (v, e) => v.step(e.shiftKey ? -10 : -1, e.repeat), "Shift: 10"],
    [["ArrowRight"], "Next frame", (v, e) => v.step(e.shiftKey ? 10 : 1, e.repeat), "Shift: 10"],
    [["l", "Enter"], "Play or stop", (v) => v.player.toggle()],
    [["k"], "Stop", (v) => v.player.stop()],
    [["o"], "Loop on or off", (v) => v.timeline.toggleLoop()],
  ]],
  ["Desk", [
    [["Escape"], "Cancel what runs, or put the tool away", (v) => v.escape()],
    [["?"], "This sheet", (v) => v.help.open()],
  ]],
];

const PAINT_KEYS = ["Garbage matte", [
  [["p"], "Open or close the matte tools", (v) => v.toolbar.togglePaint()],
  [["x"], "Box", (v) => v.useTool("box")],
  [["b"], "Brush", (v) => v.useTool("brush")],
  [["e"], "Eraser", (v) => v.useTool("erase")],
  [["<", ","], "Smaller brush", (v) => v.paint.resize(v.state.brush / 1.25)],
  [[">", "."], "Larger brush", (v) => v.paint.resize(v.state.brush * 1.25)],
  [["u"], "Undo the last shape", (v) => v.paint.undo()],
]];

const MOUSE = ["Mouse", [
  ["Wheel", "Zoom about the pointer"],
  ["Drag, middle drag, Space + drag", "Pan"],
  ["Drag the wipe's handle", "Move the line; Shift, or an end of it, turns it"],
  ["Double-click a slider", "Reset it (Alt-click too)"],
  ["Double-click the picture", "Point at a place (review: a note)"],
]];

// "Ctrl+Shift+z", "u": does this event mean it?
const means = (key, event) => {
  const parts = key.split("+");
  const name = parts.pop() || "+";
  const held = (modifier) => parts.some((part) => part.toLowerCase() === modifier);
  const control = event.ctrlKey || event.metaKey;
  if (control !== held("ctrl") || event.altKey !== held("alt")) return false;
  if (held("shift") && !event.shiftKey) return false;
  if (control && event.shiftKey !== held("shift")) return false;
  return event.key === name || (parts.length > 0 && event.key.toLowerCase() === name.toLowerCase());
};

class Keys {
  constructor(view) {
    this.view = view;
    view.root.addEventListener("keydown", (event) => this.down(event));
    view.root.addEventListener("keyup", (event) => this.up(event));
  }

  sections() {
    return this.view.model.get("garbage") ? [...KEYS, PAINT_KEYS] : KEYS;
  }

  // Nothing that is typed in the viewer reaches the notebook's own shortcuts.
  down(event) {
    event.stopPropagation();
    const { target } = event;
    if (event.isComposing || this.view.help.isOpen) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "s") event.preventDefault();
    if (target.matches("input:not([type=range])")) this.inField(event);
    else if (!this.belongsTo(target, event)) this.act(event);
  }

  inField(event) {
    if (event.key === "Escape" || event.key === "Enter") this.view.viewport.focus();
  }

  // Keys that the focused control needs itself.
  belongsTo(target, event) {
    const arrow = event.key.startsWith("Arrow") || ["Home", "End"].includes(event.key);
    if (target.matches("select")) return event.key !== "Escape";
    if (target.matches("input")) return arrow;
    return target.matches("button") && (event.key === "Enter" || event.key === " ");
  }

  act(event) {
    const { view } = this;
    if (event.key === " " && event.target === view.viewport) {
      view.pointer.space = true;
      event.preventDefault();
      return;
    }
    const command = view.model.get("commands").find(({ key }) => means(key, event));
    if (command) view.send({ type: "command", id: command.id });
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (!this.own(event)) return;
    event.preventDefault();
  }

  own(event) {
    for (const [, rows] of this.sections()) {
      const row = rows.find(([keys]) => keys.includes(event.key));
      if (!row) continue;
      row[2](this.view, event);
      return true;
    }
    return false;
  }

  up(event) {
    event.stopPropagation();
    if (event.key === " ") this.view.pointer.space = false;
  }
}
