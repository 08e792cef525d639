// The viewer put together: state, messages, drawing. Everything else is one subject each.

const SAVE_MS = 400;
const REST_MS = 80;
const NO_WEBGL =
  "Drawn on a plain canvas, without WebGL2: the colours are the same, every redraw is slower.";
const LOST = "The graphics driver dropped the picture; it returns as soon as the browser allows.";

class View {
  constructor(model, el) {
    this.model = model;
    this.state = { ...model.get("state") };
    this.frame = model.get("frame");
    this.lastOverlay = this.state.overlay;
    this.draws = [];
    this.lost = false;
    this.undo = [];
    this.build(el);
    this.hear();
    this.openRenderer();
    this.watch();
    this.refresh();
    this.greet();
  }

  build(el) {
    const label = "Picture. Question mark shows the keys";
    const focus = { tabindex: "0", role: "application", "aria-label": label };
    this.viewport = make("div", { class: "ldv-viewport", ...focus });
    this.root = make("div", { class: "ldv", "data-lm-suppress-shortcuts": "true" });
    this.transform = new Transform(this);
    this.pictures = new Pictures(this);
    this.clip = new Clip(this);
    this.player = new Player(this);
    this.probe = new Probe(this);
    this.wipe = new Wipe(this);
    this.paint = new Paint(this);
    this.overlay = new Overlay(this);
    this.toolbar = new Toolbar(this);
    this.timeline = new Timeline(this);
    this.statusBar = new StatusBar(this);
    this.keys = new Keys(this);
    this.help = new Help(this);
    this.pointer = new Pointer(this);
    this.canvas = make("canvas", { class: "ldv-canvas", "aria-hidden": "true" });
    this.notice = make("p", { class: "ldv-notice", role: "note", hidden: true });
    this.viewport.append(this.canvas, this.paint.canvas, ...this.overlay.parts);
    this.root.append(this.toolbar.root, this.toolbar.tools.root, this.viewport, this.notice);
    this.root.append(this.timeline.root, this.probe.root, this.statusBar.root, this.help.dialog);
    this.root.viewer = this;
    el.viewer = this;
    el.append(this.root);
  }

  openRenderer() {
    const gpu = this.model.get("use_webgl") ? GpuRenderer.open(this.canvas) : null;
    this.renderer = gpu ?? new CanvasRenderer(this.canvas);
    this.notice.hidden = Boolean(gpu);
    this.notice.textContent = NO_WEBGL;
    this.root.dataset.renderer = this.renderer.name;
    if (this.model.get("renderer") !== this.renderer.name) {
      this.model.set("renderer", this.renderer.name);
      this.saveChanges();
    }
    this.canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.notice.textContent = LOST;
      this.notice.hidden = false;
    });
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.renderer.start();
      this.notice.hidden = true;
      this.invalidate();
    });
  }

  get shot() {
    return this.model.get("shot");
  }

  labelOf(id) {
    return this.model.get("sources").find((source) => source.id === id)?.label ?? id;
  }

  // --- state

  set(patch) {
    Object.assign(this.state, patch);
    this.save();
    this.restRegion();
    this.refresh();
  }

  choose(patch) {
    this.set(patch);
    if (patch.overlay) this.lastOverlay = patch.overlay;
    if ("a" in patch || "b" in patch) this.dropClip();
    const { a, b, overlay } = this.state;
    this.send({ type: "source", a, b, overlay });
  }

  toggleOverlay() {
    const { overlay } = this.state;
    const mattes = this.model.get("sources").filter(({ id }) => id.startsWith("matte:"));
    this.choose({ overlay: overlay ? "" : this.lastOverlay || mattes[0]?.id || "" });
  }

  expose(stops) {
    this.set({ exposure: rounded(clamp(this.state.exposure + stops, ...EXPOSURE_LIMITS)) });
  }

  changeGamma(by) {
    this.set({ gamma: rounded(clamp(this.state.gamma + by, ...GAMMA_LIMITS)) });
  }

  saveNow() {
    this.saved = JSON.stringify(this.state);
    this.model.set("state", JSON.parse(this.saved));
    this.saveChanges();
  }

  // The kernel, or another page of the same desk, set the state.
  stateChanged() {
    const given = this.model.get("state");
    if (JSON.stringify(given) === this.saved) return;
    this.state = { ...given };
    this.restRegion();
    this.refresh();
  }

  // --- time

  setFrame(frame, { moving }) {
    const { first, last } = this.shot;
    this.showFrame(clamp(frame, first, last));
    if (!this.clip.show(this.frame)) this.showDecoded(this.frame);
    if (moving) this.sendMoving();
    else this.sendFrame();
  }

  async showDecoded(frame) {
    if (!this.clip.has(frame)) return;
    await Promise.all(this.clip.slotsOf(frame).map((slot) => this.clip.decode(slot, frame)));
    if (this.frame === frame && !this.player.playing) this.clip.show(frame);
  }

  showFrame(frame) {
    this.frame = frame;
    this.root.dataset.frame = frame;
    this.invalidate();
  }

  step(by, repeated) {
    this.player.stop();
    this.setFrame(this.frame + by, { moving: repeated });
    if (repeated) this.restFrame();
  }

  sendFrame() {
    this.sendMoving.stop();
    this.send({ type: "frame", frame: this.frame, moving: false });
    this.model.set("frame", this.frame);
    this.saveChanges();
  }

  // What a clip asked for now would hold: a zoom asks for no other pixels.
  clipWanted() {
    const { a, b } = this.state;
    return { a, b, size: this.transform.fittedSize };
  }

  // In place of what there is: its frames may be too few, and of another size.
  askForClip() {
    this.dropClip();
    this.clip.asked = this.clip.wanted();
    this.send({ type: "play", ...this.clipWanted() });
  }

  dropClip() {
    this.player.stop();
    for (const slot of ["a", "b"]) this.pictures.slots[slot].clip = null;
    this.clip.clear();
    this.invalidate();
  }

  // --- tools

  useTool(tool) {
    if (this.toolbar.tools.root.hidden) this.toolbar.togglePaint();
    if (this.paint.tool !== tool) this.paint.use(tool);
  }

  escape() {
    if (this.paint.current) this.paint.dropCurrent();
    else if (this.statusBar.busy) this.statusBar.askCancel();
    else if (this.paint.tool) this.paint.use("");
    else if (!this.toolbar.tools.root.hidden) this.toolbar.togglePaint();
  }
}
