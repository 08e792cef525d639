// What the kernel sent for A, B and the overlay. The latest wins; the old stays until it is there.

class Pictures {
  constructor(view) {
    this.view = view;
    this.lut = null;
    this.overlay = null;
    this.slots = { a: this.emptySlot(), b: this.emptySlot() };
    this.unpainted = [];
    this.looks = { a: 0, b: 0 };
  }

  emptySlot() {
    return { base: null, detail: null, clip: null, last: -Infinity };
  }

  takeLut({ size }, view) {
    this.lut = { size, halves: valuesOf(Uint16Array, view) };
    this.view.invalidate();
  }

  async takePicture(message, buffer) {
    const arrived = performance.now();
    const slot = this.slots[message.slot];
    if (message.id < slot.last) return;
    const picture = { ...message, arrived, look: this.looks[message.slot] };
    if (message.encoding === "jpeg") picture.bitmap = await decodeJpeg(buffer);
    else {
      picture.halves = valuesOf(Uint16Array, buffer);
      picture.channels = picture.halves.length === message.width * message.height ? 1 : 3;
    }
    if (message.id < slot.last) picture.bitmap?.close();
    else this.keep(slot, picture);
  }

  // A part is drawn over the whole frame that came before it, so that panning never shows black.
  keep(slot, picture) {
    slot.last = picture.id;
    for (const old of [slot.detail, this.isWhole(picture) ? slot.base : null]) old?.bitmap?.close();
    slot.detail = null;
    slot[this.isWhole(picture) ? "base" : "detail"] = picture;
    if (!this.view.player.playing && picture.frame === this.view.frame) slot.clip = null;
    this.unpainted.push(picture);
    this.view.invalidate();
    this.view.probe.again();
  }

  // What A shows is of another look from here on, and B's where it is the same source.
  lookChanged() {
    const [a, b] = ["a", "b"].map((slot) => this.slots[slot].detail ?? this.slots[slot].base);
    this.looks.a += 1;
    if (a && a.source === b?.source) this.looks.b += 1;
  }

  isWhole({ region }) {
    const { width, height } = this.view.shot;
    const [x0, y0, x1, y1] = region;
    return x0 <= 0.5 && y0 <= 0.5 && x1 >= width - 0.5 && y1 >= height - 0.5;
  }

  takeOverlay(message, buffer) {
    if (this.overlay && message.id < this.overlay.id) return;
    this.overlay = { ...message, bytes: valuesOf(Uint8Array, buffer) };
    this.view.invalidate();
  }

  // What is drawn for a slot; a frame of the clip stands in for the still picture.
  layers(slot) {
    const { base, detail, clip } = this.slots[slot];
    if (clip) return { base: clip, detail: null };
    const hidden = this.isOther(base, detail) && this.coversAll(detail);
    return { base: hidden ? null : base, detail };
  }

  // Whether what lies around a part is of another frame, source or look than the part.
  isOther(base, detail) {
    if (!base || !detail) return false;
    return ["frame", "source", "look"].some((name) => base[name] !== detail[name]);
  }

  coversAll({ region: [x0, y0, x1, y1] }) {
    const seen = this.view.transform.visible();
    if (!seen) return true;
    const [left, top, right, bottom] = seen.region;
    return x0 <= left && y0 <= top && x1 >= right && y1 >= bottom;
  }

  // What is seen around a part until the kernel draws it: said on the picture, or "".
  around(slot) {
    const { base, detail } = this.layers(slot);
    if (!this.isOther(base, detail)) return "";
    if (base.source !== detail.source) return `around it ${this.view.labelOf(base.source)}, waiting`;
    if (base.frame !== detail.frame) return `around it frame ${base.frame}, waiting`;
    return "around it the look before, waiting";
  }

  // The picture that a person sees in a slot, or undefined.
  top(slot) {
    const { base, detail } = this.layers(slot);
    return detail ?? base;
  }

  // Those that were drawn for the first time just now.
  takeUnpainted() {
    const drawn = this.unpainted;
    this.unpainted = [];
    return drawn;
  }
}
