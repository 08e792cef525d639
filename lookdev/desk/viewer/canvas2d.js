// The fall-back without WebGL2: the shader's maths on a plain canvas, pixel by pixel.

const SURROUND = 22;

class CanvasRenderer {
  constructor(canvas) {
    this.context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    this.name = "canvas";
    this.software = true;
    this.tables = exposureTables(0);
    this.pixels = new WeakMap();
    this.lutValues = new WeakMap();
    this.code = new Float32Array(3);
  }

  draw(scene) {
    const { context } = this;
    context.fillStyle = `rgb(${SURROUND} ${SURROUND} ${SURROUND})`;
    context.fillRect(0, 0, scene.width, scene.height);
    if (!scene.lut) return;
    if (this.tables.stops !== scene.exposure) this.tables = exposureTables(scene.exposure);
    const output = this.outputTable(scene.gamma);
    for (const pane of scene.panes) this.drawPane(scene, pane, output);
  }

  outputTable(gamma) {
    const table = new Uint8Array(4097);
    for (let i = 0; i < 4097; i += 1) table[i] = Math.round(255 * (i / 4096) ** (1 / gamma));
    return table;
  }

  // The plate's part of a pane, in whole pixels of the canvas.
  drawPane(scene, pane, output) {
    const [ox, oy] = pane.origin;
    const [sx, sy] = pane.scale;
    const left = Math.max(pane.x, Math.ceil(ox - 0.5));
    const top = Math.max(pane.y, Math.ceil(oy - 0.5));
    const right = Math.min(pane.x + pane.w, Math.ceil(ox + scene.plate[0] * sx - 0.5));
    const bottom = Math.min(pane.y + pane.h, Math.ceil(oy + scene.plate[1] * sy - 0.5));
    if (right <= left || bottom <= top) return;
    const box = { left, top, width: right - left, height: bottom - top };
    const image = this.context.createImageData(box.width, box.height);
    const job = { scene, pane, box, output, data: image.data, lut: this.lut(scene.lut) };
    job.a = this.slot(scene.layers.a, job);
    job.b = this.slot(scene.layers.b, job);
    job.overlay = scene.overlay ? this.sampler(scene.overlay, job) : null;
    for (let y = 0; y < box.height; y += 1) this.row(job, y);
    this.context.putImageData(image, left, top);
  }

  lut(lut) {
    if (!this.lutValues.has(lut)) {
      const values = halfValues();
      this.lutValues.set(lut, { size: lut.size, values: Float32Array.from(lut.halves, (h) => values[h]) });
    }
    return this.lutValues.get(lut);
  }

  slot(layers, job) {
    return [layers.detail, layers.base].filter(Boolean).map((p) => this.sampler(p, job));
  }

  // Which of a picture's columns and rows falls on which pixel of the canvas; -1 is none.
  sampler(picture, { pane, box }) {
    const [x0, y0, x1, y1] = picture.region;
    const line = (count, first, origin, scale, from, to, size) =>
      Int32Array.from({ length: count }, (_, i) => {
        const at = (first + i + 0.5 - origin) / scale;
        if (at < from || at >= to) return -1;
        return Math.min(size - 1, Math.floor(((at - from) / (to - from)) * size));
      });
    const [ox, oy] = pane.origin;
    const [sx, sy] = pane.scale;
    return {
      columns: line(box.width, box.left, ox, sx, x0, x1, picture.width),
      rows: line(box.height, box.top, oy, sy, y0, y1, picture.height),
      width: picture.width,
      mono: picture.kind === "mono",
      ...this.pixelsOf(picture),
    };
  }

  pixelsOf(picture) {
    if (picture.bytes) return { pixels: picture.bytes, channels: 1 };
    if (picture.halves) return { pixels: picture.halves, channels: picture.channels };
    if (!this.pixels.has(picture)) this.pixels.set(picture, this.fromBitmap(picture));
    return { pixels: this.pixels.get(picture), channels: 4 };
  }

  fromBitmap({ bitmap, width, height }) {
    const spare = new OffscreenCanvas(width, height).getContext("2d");
    spare.drawImage(bitmap, 0, 0);
    const table = halfOfByte();
    return Uint16Array.from(spare.getImageData(0, 0, width, height).data, (byte) => table[byte]);
  }

  row(job, y) {
    const { scene, pane, box, data, output, code, mode = pane.mode } = { ...job, code: this.code };
    const { point, normal } = pane.wipe;
    let at = y * box.width * 4;
    for (let x = 0; x < box.width; x += 1, at += 4) {
      const px = box.left + x + 0.5 - point[0];
      const py = box.top + y + 0.5 - point[1];
      const side = px * normal[0] + py * normal[1] > 0;
      const second = mode === "b" || (mode === "wipe" && side);
      const there =
        mode === "difference"
          ? this.difference(job, x, y)
          : this.shown(second ? job.b : job.a, job.lut, x, y, scene.exposure);
      data[at + 3] = 255;
      for (let c = 0; c < 3; c += 1) {
        data[at + c] = there ? output[Math.round(clamp(code[c], 0, 1) * 4096)] : SURROUND;
      }
      if (there && job.overlay) this.tint(job.overlay, data, at, x, y);
    }
  }

  find(samplers, x, y) {
    for (const sampler of samplers) {
      if (sampler.columns[x] >= 0 && sampler.rows[y] >= 0) return sampler;
    }
    return null;
  }

  shown(samplers, lut, x, y, exposure) {
    const found = this.find(samplers, x, y);
    if (!found) return false;
    const { pixels, channels } = found;
    const at = (found.rows[y] * found.width + found.columns[x]) * channels;
    if (found.mono) this.code.fill(halfValues()[pixels[at]] * 2 ** exposure);
    else {
      const table = this.tables.code;
      const [r, g, b] = [table[pixels[at]], table[pixels[at + 1]], table[pixels[at + 2]]];
      sampleLut(lut, r, g, b, this.code);
    }
    return true;
  }

  difference(job, x, y) {
    const one = this.find(job.a, x, y);
    const other = this.find(job.b, x, y);
    if (!one || !other) return false;
    if (one.mono || other.mono) {
      this.shown([one], job.lut, x, y, job.scene.exposure);
      const first = Float32Array.from(this.code);
      this.shown([other], job.lut, x, y, job.scene.exposure);
      for (let c = 0; c < 3; c += 1) this.code[c] = Math.abs(first[c] - this.code[c]);
      return true;
    }
    const i = (one.rows[y] * one.width + one.columns[x]) * one.channels;
    const j = (other.rows[y] * other.width + other.columns[x]) * other.channels;
    const { linear } = this.tables;
    const apart = (c) => toLog(Math.abs(linear[one.pixels[i + c]] - linear[other.pixels[j + c]]));
    sampleLut(job.lut, apart(0), apart(1), apart(2), this.code);
    return true;
  }

  tint(overlay, data, at, x, y) {
    if (overlay.columns[x] < 0 || overlay.rows[y] < 0) return;
    const share = overlay.pixels[overlay.rows[y] * overlay.width + overlay.columns[x]] / 510;
    data[at] += share * (235 - data[at]);
    data[at + 1] += share * (20 - data[at + 1]);
    data[at + 2] += share * (15 - data[at + 2]);
  }

  read(x, y, width = 1, height = 1) {
    return this.context.getImageData(x, y, width, height).data;
  }

  dispose() {
    this.context = null;
  }
}
