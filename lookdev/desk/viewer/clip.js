// The frames that are played: JPEGs as they came, decoded a little ahead of the clock.

const DECODED_AT_MOST = 96;
const AHEAD = 12;

class Clip {
  constructor(view) {
    this.view = view;
    this.clear();
  }

  clear() {
    for (const { bitmap } of this.decoded?.values() ?? []) bitmap.close();
    this.jpegs = new Map();
    this.decoded = new Map();
    this.decoding = new Map();
    this.frames = [];
    this.whole = false;
    this.asked = "";
  }

  // Whether it is what would be asked for now: these sources, frames and pixels.
  isCurrent() {
    return this.whole && this.asked === this.wanted();
  }

  wanted() {
    return JSON.stringify([this.view.clipWanted(), this.view.model.get("cached")]);
  }

  key(slot, frame) {
    return `${slot}${frame}`;
  }

  take({ slot, frame, width, height }, buffer) {
    this.jpegs.set(this.key(slot, frame), { buffer, width, height });
    if (!this.frames.includes(frame)) {
      this.frames.push(frame);
      this.frames.sort((one, other) => one - other);
    }
    this.view.timeline.invalidate();
  }

  finish({ frames }) {
    this.frames = [...frames].sort((one, other) => one - other);
    this.whole = this.frames.length > 0;
    this.view.timeline.invalidate();
  }

  has(frame) {
    return this.frames.includes(frame);
  }

  slotsOf(frame) {
    return ["a", "b"].filter((slot) => this.jpegs.has(this.key(slot, frame)));
  }

  async decode(slot, frame) {
    const key = this.key(slot, frame);
    if (this.decoded.has(key)) return this.decoded.get(key);
    if (!this.decoding.has(key)) this.decoding.set(key, this.decodeNow(slot, frame, key));
    return this.decoding.get(key);
  }

  async decodeNow(slot, frame, key) {
    const { jpegs } = this;
    const { buffer, width, height } = jpegs.get(key);
    const bitmap = await decodeJpeg(buffer);
    if (jpegs !== this.jpegs) {
      bitmap.close();
      return null;
    }
    this.decoding.delete(key);
    const { width: plateWidth, height: plateHeight } = this.view.shot;
    const region = [0, 0, plateWidth, plateHeight];
    const source = this.view.state[slot];
    const label = this.view.labelOf(source);
    const picture = { bitmap, width, height, region, frame, slot, source, kind: "colour", label };
    this.decoded.set(key, picture);
    this.makeRoom();
    return picture;
  }

  makeRoom() {
    const shown = ["a", "b"].map((slot) => this.view.pictures.slots[slot].clip);
    for (const [key, picture] of this.decoded) {
      if (this.decoded.size <= DECODED_AT_MOST) return;
      if (shown.includes(picture)) continue;
      picture.bitmap.close();
      this.decoded.delete(key);
    }
  }

  // Starts decoding what the clock needs next.
  prepare(index) {
    const count = Math.min(AHEAD, this.frames.length);
    const wanted = [];
    for (let step = 0; step < count; step += 1) {
      const frame = this.frames[(index + step) % this.frames.length];
      for (const slot of this.slotsOf(frame)) wanted.push(this.decode(slot, frame));
    }
    return Promise.all(wanted);
  }

  ready(frame) {
    return this.slotsOf(frame).every((slot) => this.decoded.has(this.key(slot, frame)));
  }

  // Puts a decoded frame on the screen; false where it is not decoded yet.
  show(frame) {
    if (!this.has(frame) || !this.ready(frame)) return false;
    for (const slot of this.slotsOf(frame)) {
      const key = this.key(slot, frame);
      const picture = this.decoded.get(key);
      this.decoded.delete(key);
      this.decoded.set(key, picture); // now the youngest: makeRoom takes the oldest first
      this.view.pictures.slots[slot].clip = picture;
    }
    this.view.invalidate();
    return true;
  }
}
