// Where the plate lies on the canvas: panes, zoom, pan. Device pixels, unless a name says CSS.

const ZOOM_LIMITS = [0.02, 64];

class Transform {
  constructor(view) {
    this.view = view;
    this.width = 1;
    this.height = 1;
    this.ratio = 1;
  }

  get plate() {
    const { width, height } = this.view.shot;
    return [width, height];
  }

  get aspect() {
    return this.view.shot.pixel_aspect || 1;
  }

  // Returns whether the size changed.
  resize(width, height, ratio) {
    const same = width === this.width && height === this.height && ratio === this.ratio;
    Object.assign(this, { width, height, ratio });
    return !same;
  }

  panes() {
    const { mode } = this.view.state;
    if (mode !== "side") return [{ x: 0, y: 0, w: this.width, h: this.height, mode }];
    const half = Math.floor(this.width / 2) - 1;
    return [
      { x: 0, y: 0, w: half, h: this.height, mode: "a" },
      { x: this.width - half, y: 0, w: half, h: this.height, mode: "b" },
    ];
  }

  get fitting() {
    const [pane] = this.panes();
    const [width, height] = this.plate;
    return Math.min(pane.w / (width * this.aspect), pane.h / height);
  }

  // How many pixels of the canvas the whole frame takes where it fits.
  get fittedSize() {
    const [width, height] = this.plate;
    const sides = [width * this.aspect, height];
    return sides.map((side) => Math.max(1, Math.round(side * this.fitting)));
  }

  // Screen pixels a plate pixel, vertically; horizontally it is `aspect` times as much.
  get zoom() {
    const { zoom } = this.view.state;
    return zoom === "fit" ? this.fitting : zoom;
  }

  get scale() {
    return [this.zoom * this.aspect, this.zoom];
  }

  get centre() {
    const { zoom, centre } = this.view.state;
    return zoom === "fit" ? this.plate.map((side) => side / 2) : centre;
  }

  // Where the plate's top left corner lies, on whole pixels so that 1:1 is exact.
  origin(pane) {
    const [cx, cy] = this.centre;
    const [sx, sy] = this.scale;
    return [
      Math.round(pane.x + pane.w / 2 - cx * sx),
      Math.round(pane.y + pane.h / 2 - cy * sy),
    ];
  }

  paneAt(cssX) {
    const panes = this.panes();
    return panes.find((pane) => cssX * this.ratio < pane.x + pane.w) ?? panes.at(-1);
  }

  toPlate(cssX, cssY, pane = this.paneAt(cssX)) {
    const [ox, oy] = this.origin(pane);
    const [sx, sy] = this.scale;
    return [(cssX * this.ratio - ox) / sx, (cssY * this.ratio - oy) / sy];
  }

  toCss(x, y, pane) {
    const [ox, oy] = this.origin(pane);
    const [sx, sy] = this.scale;
    return [(ox + x * sx) / this.ratio, (oy + y * sy) / this.ratio];
  }

  inside([x, y]) {
    const [width, height] = this.plate;
    return x >= 0 && y >= 0 && x < width && y < height;
  }

  fit() {
    this.view.set({ zoom: "fit" });
  }

  // Keeps the plate's point under the pointer where it is.
  zoomTo(zoom, cssX = this.width / this.ratio / 2, cssY = this.height / this.ratio / 2) {
    const pane = this.paneAt(cssX);
    const [x, y] = this.toPlate(cssX, cssY, pane);
    const next = clamp(zoom, ...ZOOM_LIMITS);
    const dx = (cssX * this.ratio - pane.x - pane.w / 2) / (next * this.aspect);
    const dy = (cssY * this.ratio - pane.y - pane.h / 2) / next;
    this.view.set({ zoom: rounded(next, 5), centre: this.held([x - dx, y - dy]) });
  }

  zoomBy(factor, cssX, cssY) {
    this.zoomTo(this.zoom * factor, cssX, cssY);
  }

  // From `start` (the centre when the hand took hold), moved by CSS pixels.
  panTo(start, cssDx, cssDy) {
    const [sx, sy] = this.scale;
    const centre = [start[0] - (cssDx * this.ratio) / sx, start[1] - (cssDy * this.ratio) / sy];
    this.view.set({ zoom: rounded(this.zoom, 5), centre: this.held(centre) });
  }

  held([x, y]) {
    const [width, height] = this.plate;
    return [rounded(clamp(x, 0, width), 3), rounded(clamp(y, 0, height), 3)];
  }

  // What can be seen of the plate and on how many pixels of the canvas, or null.
  visible() {
    const [pane] = this.panes();
    const [ox, oy] = this.origin(pane);
    const [sx, sy] = this.scale;
    const [width, height] = this.plate;
    const x0 = Math.floor(clamp((pane.x - ox) / sx, 0, width));
    const y0 = Math.floor(clamp((pane.y - oy) / sy, 0, height));
    const x1 = Math.ceil(clamp((pane.x + pane.w - ox) / sx, 0, width));
    const y1 = Math.ceil(clamp((pane.y + pane.h - oy) / sy, 0, height));
    if (x1 <= x0 || y1 <= y0) return null;
    const size = [Math.max(1, Math.round((x1 - x0) * sx)), Math.max(1, Math.round((y1 - y0) * sy))];
    return { region: [x0, y0, x1, y1], size };
  }
}
