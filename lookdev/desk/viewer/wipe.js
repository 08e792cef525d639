// The wipe's line: a handle that moves it, two knobs that turn it, and its keys.

const KNOB = 72;
const MOVE_KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Wipe {
  constructor(view) {
    this.view = view;
    this.grip = make("div", { class: "ldv-grip", "data-part": "line", "aria-hidden": "true" });
    this.handle = make("div", {
      class: "ldv-handle",
      "data-part": "move",
      role: "slider",
      tabindex: "0",
      "aria-label": "Wipe line: arrow keys move it, with Shift they turn it",
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      title: "Drag to move; drag an end, or Shift-drag, to turn",
      onkeydown: (event) => this.key(event),
    });
    this.knobs = [-1, 1].map(() =>
      make("div", { class: "ldv-knob", "data-part": "turn", "aria-hidden": "true" }),
    );
    this.parts = [this.grip, ...this.knobs, this.handle];
  }

  // The line's point and its normal towards B, in device pixels. At 0 degrees B is on the right.
  line2d(pane) {
    const { x, y, angle } = this.view.state.wipe;
    const { transform } = this.view;
    const [width, height] = transform.plate;
    const [ox, oy] = transform.origin(pane);
    const [sx, sy] = transform.scale;
    const turn = (angle * Math.PI) / 180;
    return {
      point: [ox + x * width * sx, oy + y * height * sy],
      normal: [Math.cos(turn), Math.sin(turn)],
    };
  }

  // Where the handle stands (CSS pixels): the line's point, brought back along the line if it left.
  stand() {
    const { transform } = this.view;
    const { point, normal } = this.line2d(transform.panes()[0]);
    const { ratio } = transform;
    const [px, py] = [point[0] / ratio, point[1] / ratio];
    const [width, height] = [transform.width / ratio, transform.height / ratio];
    const along = [-normal[1], normal[0]];
    const reach = clamp(py, 14, height - 14) === py && clamp(px, 14, width - 14) === px;
    const t = reach ? 0 : (width / 2 - px) * along[0] + (height / 2 - py) * along[1];
    return { x: px + t * along[0], y: py + t * along[1], along };
  }

  update() {
    const active = this.view.state.mode === "wipe";
    for (const part of this.parts) part.hidden = !active;
    if (!active) return;
    const { x, y, along } = this.stand();
    const { angle } = this.view.state.wipe;
    this.handle.style.transform = `translate(${x}px, ${y}px) rotate(${angle}deg)`;
    this.grip.style.transform = `translate(${x}px, ${y}px) rotate(${angle}deg)`;
    this.knobs.forEach((knob, i) => {
      const t = (i * 2 - 1) * KNOB;
      knob.style.transform = `translate(${x + along[0] * t}px, ${y + along[1] * t}px)`;
    });
    const across = Math.round(this.view.state.wipe.x * 100);
    this.handle.setAttribute("aria-valuenow", clamp(across, 0, 100));
    this.handle.setAttribute("aria-valuetext", `${across} % across, ${Math.round(angle)} degrees`);
  }

  // Returns what follows the pointer (CSS pixels) from here on.
  grab(part, startX, startY, shift) {
    const start = { ...this.view.state.wipe };
    const stand = this.stand();
    if (part === "turn" || shift) {
      const angleAt = (x, y) => (Math.atan2(y - stand.y, x - stand.x) * 180) / Math.PI;
      const from = angleAt(startX, startY);
      return (x, y) => this.turn(start.angle + angleAt(x, y) - from);
    }
    const { transform } = this.view;
    const [width, height] = transform.plate;
    const [sx, sy] = transform.scale;
    return (x, y) => {
      const dx = ((x - startX) * transform.ratio) / (width * sx);
      const dy = ((y - startY) * transform.ratio) / (height * sy);
      this.move(start.x + dx, start.y + dy);
    };
  }

  move(x, y) {
    const wipe = { ...this.view.state.wipe, x: rounded(clamp(x, 0, 1), 4), y: rounded(clamp(y, 0, 1), 4) };
    this.view.set({ wipe });
  }

  turn(angle) {
    const whole = ((((angle + 180) % 360) + 360) % 360) - 180;
    this.view.set({ wipe: { ...this.view.state.wipe, angle: rounded(whole, 1) } });
  }

  key(event) {
    const way = MOVE_KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const { x, y, angle } = this.view.state.wipe;
    const [dx, dy] = way;
    if (event.shiftKey) this.turn(angle + (dx + dy) * 5);
    else this.move(x + dx * 0.01, y + dy * 0.01);
  }
}
