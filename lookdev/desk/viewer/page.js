// The viewer on its page: messages in, drawing out, size, and how it ends.

Object.assign(View.prototype, {
  hear() {
    this.save = atRest(() => this.saveNow(), SAVE_MS);
    this.restRegion = atRest(() => this.sendRegion(), REST_MS);
    this.restFrame = atRest(() => this.sendFrame(), 200);
    this.sendMoving = atMost(
      () => this.send({ type: "frame", frame: this.frame, moving: true }),
      50,
    );
    const changes = {
      state: () => this.stateChanged(),
      shot: () => this.resized(),
      frame: () => this.frameChanged(),
      sources: () => this.refresh(),
      status: () => this.statusBar.update(),
      cached: () => this.invalidate(),
      garbage: () => this.refresh(),
      notes: () => this.invalidate(),
    };
    for (const [name, act] of Object.entries(changes)) this.listen(`change:${name}`, act);
    this.watchKernel();
    this.listen("msg:custom", (message, buffers) => this.take(message, buffers ?? []));
  },

  listen(event, act) {
    this.model.on(event, act);
    this.undo.push(() => this.model.off(event, act));
  },

  frameChanged() {
    const frame = this.model.get("frame");
    if (frame !== this.frame) this.showFrame(frame);
  },

  take(message, [buffer]) {
    const takers = {
      lut: () => this.pictures.takeLut(message, buffer),
      picture: () => this.pictures.takePicture(message, buffer),
      overlay: () => this.pictures.takeOverlay(message, buffer),
      clip: () => this.clip.take(message, buffer),
      clipdone: () => {
        this.clip.finish(message);
        this.player.clipReady();
      },
      clipclear: () => {
        this.dropClip();
        this.pictures.lookChanged();
      },
      probe: () => this.probe.answer(message),
      matte_saved: () => this.paint.saved(message.name),
      refused: () => this.refuse(message.text),
    };
    const done = takers[message.type]?.();
    done?.catch((error) => this.statusBar.say(`A picture could not be read: ${error}`, "warning"));
  },

  // What was asked for cannot be done; playback that waits for it ends.
  refuse(text) {
    if (this.player.waiting) this.player.stop();
    this.statusBar.say(text, "warning");
  },

  greet() {
    const webgl = this.renderer instanceof GpuRenderer;
    this.send({ type: "ready", webgl, software: this.renderer.software });
    this.restRegion();
  },

  sendRegion() {
    const seen = this.transform.visible();
    const said = JSON.stringify(seen);
    if (!seen || !this.canvas.clientWidth || said === this.saidRegion) return;
    this.saidRegion = said;
    this.send({ type: "region", ...seen, moving: false });
  },

  watch() {
    const observer = new ResizeObserver(() => this.resized());
    observer.observe(this.viewport);
    const moved = () => this.resized(); // to a screen with other pixels
    window.addEventListener("resize", moved);
    this.undo.push(() => observer.disconnect(), () => window.removeEventListener("resize", moved));
    this.resized();
  },

  resized() {
    const { width, height, pixel_aspect: aspect = 1 } = this.shot;
    this.viewport.style.aspectRatio = `${width * aspect} / ${height}`;
    const ratio = window.devicePixelRatio || 1;
    const box = this.viewport;
    const size = [box.clientWidth, box.clientHeight].map((side) => Math.max(1, Math.round(side * ratio)));
    if (this.transform.resize(...size, ratio)) {
      [this.canvas.width, this.canvas.height] = size;
    }
    this.restRegion();
    this.refresh();
  },

  // Everything on the page follows the state; the picture with the next animation frame.
  refresh() {
    this.toolbar.update();
    this.statusBar.update();
    this.root.dataset.mode = this.state.mode;
    this.invalidate();
  },

  invalidate() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => this.paintPage());
  },

  scene() {
    const { transform, pictures, state } = this;
    const panes = transform.panes().map((pane) => ({
      ...pane,
      origin: transform.origin(pane),
      scale: transform.scale,
      wipe: this.wipe.line2d(pane),
    }));
    const overlay = state.overlay && pictures.overlay?.frame === this.frame ? pictures.overlay : null;
    return {
      width: transform.width,
      height: transform.height,
      plate: transform.plate,
      panes,
      overlay,
      layers: { a: pictures.layers("a"), b: pictures.layers("b") },
      lut: pictures.lut,
      exposure: state.exposure,
      gamma: state.gamma,
    };
  },

  paintPage() {
    this.pending = 0;
    this.renderer.draw(this.scene());
    this.paint.draw();
    this.overlay.update();
    this.timeline.update();
    this.count();
    if (!this.pictures.lut) return;
    const drawn = this.pictures.takeUnpainted();
    if (drawn.length) requestAnimationFrame(() => this.sayPainted(drawn));
  },

  sayPainted(pictures) {
    for (const { id, arrived } of pictures) {
      this.root.dataset.painted = id;
      this.send({ type: "painted", id, ms: rounded(performance.now() - arrived) });
    }
  },

  // Redraws a second, for measurements.
  count() {
    const now = performance.now();
    this.draws.push(now);
    while (now - this.draws[0] > 1000) this.draws.shift();
    this.root.dataset.redraws = this.draws.length;
  },

  // Codes 0..255 at the canvas's pixels (device pixels, from the top left), drawn anew.
  readPixels(x, y, width = 1, height = 1) {
    this.renderer.draw(this.scene());
    return Array.from(this.renderer.read(x, y, width, height));
  },

  end() {
    this.player.stop();
    if (this.save.waiting()) this.saveNow();
    for (const timer of [this.save, this.restRegion, this.restFrame, this.sendMoving]) timer.stop();
    this.probe.leave();
    this.statusBar.forget.stop();
    for (const act of this.undo) act();
    cancelAnimationFrame(this.pending);
    this.pending = -1; // nothing is drawn any more
    this.dropPictures();
    this.renderer.dispose();
    this.root.remove();
  },

  dropPictures() {
    this.clip.clear();
    for (const { base, detail } of Object.values(this.pictures.slots)) {
      base?.bitmap?.close();
      detail?.bitmap?.close();
    }
  },
});

const render = ({ model, el }) => {
  const view = new View(model, el);
  return () => view.end();
};

export default { render };
