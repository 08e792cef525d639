// The WebGL2 renderer: uploads pictures as they come and draws a scene in one pass a pane.

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;
const ROLES = ["a0", "a1", "b0", "b1", "overlay"];
const NO_REGION = [0, 0, 0, 0];
const MODES = { a: 0, b: 1, wipe: 2, difference: 3 };

class GpuRenderer {
  static open(canvas) {
    const gl = canvas.getContext("webgl2", {
      alpha: false,
      antialias: false,
      depth: false,
      powerPreference: "high-performance",
    });
    return gl ? new GpuRenderer(gl) : null;
  }

  constructor(gl) {
    this.gl = gl;
    this.software = this.isSoftware();
    this.name = this.software ? "webgl2 (software)" : "webgl2";
    this.start();
  }

  // All that a lost context takes with it.
  start() {
    const { gl } = this;
    this.program = this.link();
    gl.useProgram(this.program);
    this.places = new Map();
    this.textures = {};
    this.lut = null;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    gl.bindVertexArray(gl.createVertexArray());
    for (const [unit, role] of [...ROLES, "lut"].entries()) gl.uniform1i(this.at(role), unit);
    for (const [unit, role] of ROLES.entries()) this.textures[role] = this.empty(unit);
    this.lutTexture = gl.createTexture();
  }

  isSoftware() {
    const { gl } = this;
    const info = gl.getExtension("WEBGL_debug_renderer_info");
    return SOFTWARE.test(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  }

  link() {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [kind, source] of [
      [gl.VERTEX_SHADER, VERTEX_SHADER],
      [gl.FRAGMENT_SHADER, FRAGMENT_SHADER],
    ]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
      const logs = gl.getAttachedShaders(program).map((shader) => gl.getShaderInfoLog(shader));
      throw new Error(`viewer: the shader was refused: ${logs.join(" ")}`);
    }
    return program;
  }

  at(name) {
    if (!this.places.has(name)) {
      this.places.set(name, this.gl.getUniformLocation(this.program, name));
    }
    return this.places.get(name);
  }

  empty(unit) {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, 1, 1, 0, gl.RED, gl.UNSIGNED_BYTE, new Uint8Array(1));
    return { texture, picture: null, filter: 0 };
  }

  format(picture) {
    const { gl } = this;
    if (picture.bitmap) return [gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE];
    if (picture.bytes) return [gl.R8, gl.RED, gl.UNSIGNED_BYTE];
    if (picture.channels === 1) return [gl.R16F, gl.RED, gl.HALF_FLOAT];
    return [gl.RGB16F, gl.RGB, gl.HALF_FLOAT];
  }

  upload(role, picture) {
    const { gl } = this;
    const kept = this.textures[role];
    if (kept.picture === picture) return;
    const { width, height } = picture;
    const [stored, layout, type] = this.format(picture);
    const shape = `${stored} ${width} ${height}`;
    const pixels = picture.bitmap ?? picture.bytes ?? picture.halves;
    if (kept.shape === shape) {
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, layout, type, pixels);
    } else {
      gl.texImage2D(gl.TEXTURE_2D, 0, stored, width, height, 0, layout, type, pixels);
    }
    Object.assign(kept, { picture, shape });
  }

  // Nearest from two screen pixels a texel on, so that a pixel can be seen as one.
  filter(role, picture, scale) {
    const { gl } = this;
    const [x0, , x1] = picture.region;
    const texel = ((x1 - x0) * scale[0]) / picture.width;
    const wanted = texel >= 1.999 ? gl.NEAREST : gl.LINEAR;
    const kept = this.textures[role];
    if (kept.filter === wanted) return;
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, wanted);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, wanted);
    kept.filter = wanted;
  }

  bind(role, picture, scale) {
    const { gl } = this;
    gl.uniform4fv(this.at(`${role}Region`), picture ? picture.region : NO_REGION);
    const unit = ROLES.indexOf(role);
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, this.textures[role].texture);
    if (!picture) return;
    this.upload(role, picture);
    this.filter(role, picture, scale);
    if (role !== "overlay") gl.uniform1i(this.at(`${role}Mono`), picture.kind === "mono" ? 1 : 0);
  }

  bindLut(lut) {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0 + ROLES.length);
    gl.bindTexture(gl.TEXTURE_3D, this.lutTexture);
    if (this.lut === lut) return;
    const { size, halves: codes } = lut;
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R]) {
      gl.texParameteri(gl.TEXTURE_3D, side, gl.CLAMP_TO_EDGE);
    }
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    const shape = [size, size, size, 0, gl.RGB, gl.HALF_FLOAT];
    gl.texImage3D(gl.TEXTURE_3D, 0, gl.RGB16F, ...shape, codes);
    gl.uniform1f(this.at("lutSize"), size);
    this.lut = lut;
  }

  draw(scene) {
    const { gl } = this;
    if (gl.isContextLost()) return;
    gl.disable(gl.SCISSOR_TEST);
    gl.viewport(0, 0, scene.width, scene.height);
    gl.clearColor(0.086, 0.086, 0.086, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!scene.lut) return;
    this.bindLut(scene.lut);
    const [first] = scene.panes;
    for (const slot of ["a", "b"]) {
      this.bind(`${slot}0`, scene.layers[slot].base, first.scale);
      this.bind(`${slot}1`, scene.layers[slot].detail, first.scale);
    }
    this.bind("overlay", scene.overlay, first.scale);
    gl.uniform1f(this.at("gain"), 2 ** scene.exposure);
    gl.uniform1f(this.at("gamma"), scene.gamma);
    gl.uniform1f(this.at("canvasHeight"), scene.height);
    gl.uniform2fv(this.at("plate"), scene.plate);
    gl.enable(gl.SCISSOR_TEST);
    for (const pane of scene.panes) this.drawPane(scene, pane);
  }

  drawPane(scene, pane) {
    const { gl } = this;
    gl.scissor(pane.x, scene.height - pane.y - pane.h, pane.w, pane.h);
    gl.uniform2fv(this.at("origin"), pane.origin);
    gl.uniform2fv(this.at("scale"), pane.scale);
    gl.uniform1i(this.at("mode"), MODES[pane.mode]);
    gl.uniform2fv(this.at("wipePoint"), pane.wipe.point);
    gl.uniform2fv(this.at("wipeNormal"), pane.wipe.normal);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  // Codes 0..255 of the last draw, straight after it: y counts from the top.
  read(x, y, width = 1, height = 1) {
    const { gl } = this;
    const codes = new Uint8Array(width * height * 4);
    const bottom = gl.drawingBufferHeight - y - height;
    gl.readPixels(x, bottom, width, height, gl.RGBA, gl.UNSIGNED_BYTE, codes);
    const row = width * 4;
    const upright = new Uint8Array(codes.length);
    for (let line = 0; line < height; line += 1) {
      upright.set(codes.subarray((height - 1 - line) * row, (height - line) * row), line * row);
    }
    return upright;
  }

  dispose() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
