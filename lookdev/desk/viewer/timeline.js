// The row under the picture: transport, frame, scrub bar with cached frames, rates.

const HEIGHT = 26;
const STEPS = [1, 2, 5, 10, 12, 24, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

class Timeline {
  constructor(view) {
    this.view = view;
    const step = (by) => view.setFrame(view.frame + by, { moving: false });
    this.play = button("Play", () => view.player.toggle(), {
      class: "ldv-button ldv-play",
      title: "Play the cached range (L, Enter)",
    });
    this.loop = button("Loop", () => this.toggleLoop(), { title: "Play in a loop (o)" });
    this.number = make("input", { type: "number", class: "ldv-number ldv-frame", "aria-label": "Frame" });
    this.number.addEventListener("change", () => {
      const value = Math.round(Number(this.number.value));
      if (this.number.value !== "") view.setFrame(value, { moving: false });
      this.update();
    });
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.bar = make("div", { class: "ldv-bar", role: "slider", tabindex: "0", "aria-label": "Frames" }, this.canvas);
    this.rates = make("span", { class: "ldv-rates" });
    this.root = make("div", { class: "ldv-timeline", role: "group", "aria-label": "Timeline" });
    this.root.append(
      button("\u2039", () => step(-1), { "aria-label": "Previous frame", title: "Previous frame (\u2190)" }),
      this.play,
      button("\u203a", () => step(1), { "aria-label": "Next frame", title: "Next frame (\u2192)" }),
      this.loop,
      this.number,
      this.bar,
      this.rates,
    );
    this.changed = { controls: onChange(), bar: onChange() };
    this.listen();
  }

  listen() {
    let held = false;
    const scrub = (event, moving) => this.view.setFrame(this.frameAt(event), { moving });
    this.bar.addEventListener("pointerdown", (event) => {
      held = true;
      this.bar.setPointerCapture(event.pointerId);
      this.view.player.stop();
      scrub(event, true);
    });
    this.bar.addEventListener("pointermove", (event) => held && scrub(event, true));
    const end = (event) => {
      if (held) scrub(event, false);
      held = false;
    };
    this.bar.addEventListener("pointerup", end);
    this.bar.addEventListener("pointercancel", end);
    this.bar.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const { first, last } = this.view.shot;
    const wanted = { Home: first, End: last }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.view.setFrame(wanted, { moving: false });
  }

  toggleLoop() {
    this.view.player.loop = !this.view.player.loop;
    this.update();
  }

  get count() {
    const { first, last } = this.view.shot;
    return last - first + 1;
  }

  frameAt(event) {
    const box = this.bar.getBoundingClientRect();
    const share = clamp((event.clientX - box.left) / box.width, 0, 0.99999);
    return this.view.shot.first + Math.floor(share * this.count);
  }

  // Repainted with the next picture, so that a stream of frames costs one paint.
  invalidate() {
    this.view.invalidate();
  }

  // Built anew only where something changed.
  update() {
    const { player, shot, frame, clip, model } = this.view;
    const state = [frame, player.playing, player.waiting, player.loop, player.dropped, shot];
    const rate = Math.round(player.fps * 10);
    const controls = JSON.stringify([state, rate, clip.frames.length, model.get("cached").length]);
    this.changed.controls(controls, () => this.updateControls());
    const seen = [frame, shot, clip.frames, model.get("cached"), model.get("notes")];
    const bar = JSON.stringify([seen, this.bar.clientWidth, window.devicePixelRatio]);
    this.changed.bar(bar, () => this.draw());
  }

  updateControls() {
    const { player, shot, frame, clip } = this.view;
    const cached = this.view.model.get("cached").length;
    const loading = player.waiting ? `Caching ${clip.frames.length}/${cached}` : "";
    this.play.textContent = player.playing ? "Stop" : loading || "Play";
    this.play.setAttribute("aria-pressed", player.playing);
    this.loop.setAttribute("aria-pressed", player.loop);
    place(this.number, { min: shot.first, max: shot.last });
    if (document.activeElement !== this.number || player.playing) this.number.value = frame;
    place(this.bar, { "aria-valuemin": shot.first, "aria-valuemax": shot.last, "aria-valuenow": frame });
    this.bar.setAttribute("aria-valuetext", `frame ${frame}`);
    this.updateRates();
  }

  updateRates() {
    const { player, shot } = this.view;
    const target = `${shot.fps_text} fps`;
    const parts = [make("span", {}, target)];
    if (player.playing || player.shown) {
      const fps = player.playing ? player.fps : this.lastFps;
      this.lastFps = fps;
      if (fps) parts.push(make("span", { class: "ldv-achieved" }, `shown ${fps.toFixed(1)}`));
      const kind = player.dropped ? "ldv-dropped" : "ldv-kept";
      parts.push(make("span", { class: kind }, `${player.dropped} dropped`));
    }
    this.rates.replaceChildren(...parts);
  }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    const width = this.bar.clientWidth;
    if (!width) return;
    const { canvas } = this;
    const size = [Math.round(width * ratio), Math.round(HEIGHT * ratio)];
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, HEIGHT);
    const each = width / this.count;
    this.drawCached(context, each);
    this.drawTicks(context, each, width);
    this.drawNotes(context, each);
    this.drawCurrent(context, each);
  }

  drawCached(context, each) {
    const { first } = this.view.shot;
    const { clip } = this.view;
    for (const frame of this.view.model.get("cached")) {
      context.fillStyle = clip.has(frame) ? "#6fbf73" : "#4a7d4d";
      context.fillRect((frame - first) * each, HEIGHT - 4, Math.max(1, each - (each > 4 ? 1 : 0)), 4);
    }
  }

  drawTicks(context, each, width) {
    const { first } = this.view.shot;
    const labelled = STEPS.find((step) => step * each >= 52) ?? this.count;
    const ticked = STEPS.find((step) => step * each >= 5) ?? this.count;
    context.font = "10px system-ui, sans-serif";
    for (let i = 0; i < this.count; i += 1) {
      const frame = first + i;
      const name = (frame - first) % labelled === 0;
      if (i % ticked && !name) continue;
      const x = Math.round((i + 0.5) * each) + 0.5;
      context.fillStyle = name ? "#9a9a9a" : "#5c5c5c";
      context.fillRect(x - 0.5, name ? 14 : 17, 1, name ? 8 : 5);
      context.fillStyle = "#b4b4b4";
      const text = String(frame);
      const room = context.measureText(text).width / 2;
      if (name && x + room < width) context.fillText(text, Math.max(1, x - room), 10);
    }
  }

  drawNotes(context, each) {
    const { first } = this.view.shot;
    context.fillStyle = "#f0b429";
    for (const note of this.view.model.get("notes")) {
      context.fillRect((note.frame - first + 0.5) * each - 1.5, 12, 3, 3);
    }
  }

  drawCurrent(context, each) {
    const { frame } = this.view;
    const x = (frame - this.view.shot.first) * each;
    context.fillStyle = "rgb(255 255 255 / 18%)";
    context.fillRect(x, 0, Math.max(2, each), HEIGHT);
    context.fillStyle = "#ffffff";
    context.fillRect(x + each / 2 - 1, 0, 2, HEIGHT);
    const text = String(frame);
    context.font = "bold 11px system-ui, sans-serif";
    const wide = context.measureText(text).width + 8;
    const left = clamp(x + each / 2 - wide / 2, 0, this.bar.clientWidth - wide);
    context.fillRect(left, 0, wide, 13);
    context.fillStyle = "#111111";
    context.fillText(text, left + 4, 10);
  }
}
