// The hand on the picture: pan, zoom, wipe, paint, probe, double click.

const DRAG_STARTS = 3;
const WHEEL_LINE = 16;

class Pointer {
  constructor(view) {
    this.view = view;
    this.space = false;
    this.drag = null;
    const { viewport } = view;
    viewport.addEventListener("pointerdown", (event) => this.down(event));
    viewport.addEventListener("pointermove", (event) => this.move(event));
    viewport.addEventListener("pointerup", (event) => this.up(event));
    viewport.addEventListener("pointercancel", (event) => this.up(event));
    viewport.addEventListener("pointerleave", () => this.leave());
    viewport.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    viewport.addEventListener("dblclick", (event) => this.doubleClick(event));
    viewport.addEventListener("auxclick", (event) => event.preventDefault());
  }

  at(event) {
    const box = this.view.viewport.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    if (event.button > 1) return;
    event.preventDefault(); // no text selection, no autoscroll on the middle button
    const { view } = this;
    const [x, y] = this.at(event);
    const part = event.target.dataset?.part;
    if (part === "move") view.wipe.handle.focus({ preventScroll: true });
    else view.viewport.focus({ preventScroll: true });
    view.viewport.setPointerCapture(event.pointerId);
    if (part && event.button === 0 && !this.space) {
      this.drag = { follow: view.wipe.grab(part, x, y, event.shiftKey) };
    } else if (view.paint.tool && event.button === 0 && !this.space) {
      this.drag = view.paint.begin(x, y);
    } else this.drag = this.pan(x, y);
  }

  pan(startX, startY) {
    const { transform, viewport } = this.view;
    const start = transform.centre;
    let moved = false;
    return {
      follow: (x, y) => {
        moved ||= Math.hypot(x - startX, y - startY) >= DRAG_STARTS;
        if (!moved) return;
        viewport.dataset.panning = "";
        transform.panTo(start, x - startX, y - startY);
      },
      end: () => delete viewport.dataset.panning,
    };
  }

  move(event) {
    const [x, y] = this.at(event);
    if (this.drag) {
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of events.length ? events : [event]) this.drag.follow(...this.at(one));
    }
    this.view.overlay.point([x, y]);
    const [px, py] = this.view.transform.toPlate(x, y);
    if (this.view.transform.inside([px, py])) this.view.probe.hover(px, py);
    else this.view.probe.leave();
  }

  up(event) {
    const { drag } = this;
    this.drag = null;
    if (this.view.viewport.hasPointerCapture(event.pointerId)) {
      this.view.viewport.releasePointerCapture(event.pointerId);
    }
    drag?.end?.();
  }

  leave() {
    this.view.overlay.point(null);
    this.view.probe.leave();
  }

  wheel(event) {
    event.preventDefault();
    event.stopPropagation();
    const pixels = event.deltaMode === 1 ? event.deltaY * WHEEL_LINE : event.deltaY;
    this.view.transform.zoomBy(Math.exp(-clamp(pixels, -240, 240) * 0.002), ...this.at(event));
  }

  doubleClick(event) {
    if (this.view.paint.tool || event.target.dataset?.part) return;
    const point = this.view.transform.toPlate(...this.at(event));
    if (!this.view.transform.inside(point)) return;
    const [x, y] = point.map((value) => rounded(value));
    this.view.send({ type: "point", frame: this.view.frame, x, y });
  }
}
