// The WebGL2 renderer: draws a scene as polygons, each with the shader that it needs.

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;
const CLEAR = 22 / 255;

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
    this.programs = new Map();
    this.textures = new Textures(gl, this.software);
    gl.bindVertexArray(gl.createVertexArray());
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
  }

  isSoftware() {
    const { gl } = this;
    const info = gl.getExtension("WEBGL_debug_renderer_info");
    return SOFTWARE.test(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  }

  draw(scene) {
    const { gl } = this;
    if (gl.isContextLost()) return;
    gl.viewport(0, 0, scene.width, scene.height);
    gl.clearColor(CLEAR, CLEAR, CLEAR, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!scene.lut) return;
    this.textures.bindLut(scene.lut);
    for (const pane of scene.panes) this.drawPane(scene, pane);
  }

  drawPane(scene, pane) {
    const whole = platePolygon(pane, scene.plate);
    if (pane.mode === "difference") this.drawDifference(scene, pane, whole);
    else {
      for (const [slot, polygon] of slotPolygons(pane, whole)) {
        for (const picture of visibleLayers(scene.layers[slot], pane, polygon)) {
          this.fill(scene, pane, polygon, passOf(picture), picture);
        }
      }
    }
    if (scene.overlay) this.fill(scene, pane, whole, "overlay", scene.overlay);
  }

  // From the bottom up, so that the finest of both is on top.
  drawDifference(scene, pane, whole) {
    for (const one of visibleLayers(scene.layers.a, pane, whole)) {
      for (const other of visibleLayers(scene.layers.b, pane, whole)) {
        this.fill(scene, pane, whole, passOf(one, other), one, other);
      }
    }
  }

  fill(scene, pane, polygon, pass, one, other = null) {
    const { gl } = this;
    const inOne = cutToRegion(polygon, pane, one.region);
    const shape = other ? cutToRegion(inOne, pane, other.region) : inOne;
    if (shape.length < 3) return;
    const program = this.program(pass, scene, one, other);
    const { at } = program;
    gl.useProgram(program.handle);
    this.textures.bind(0, one, pane.scale);
    if (other) this.textures.bind(1, other, pane.scale);
    gl.uniform2f(at("canvas"), scene.width, scene.height);
    gl.uniform2fv(at("origin"), pane.origin);
    gl.uniform2fv(at("scale"), pane.scale);
    gl.uniform4fv(at("oneRegion"), one.region);
    gl.uniform4fv(at("otherRegion"), (other ?? one).region);
    gl.uniform1f(at("gain"), 2 ** scene.exposure);
    gl.uniform1f(at("gamma"), scene.gamma);
    gl.uniform1f(at("lutSize"), scene.lut.size);
    if (pass === "overlay") gl.enable(gl.BLEND);
    else gl.disable(gl.BLEND);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(shape.flat()), gl.STREAM_DRAW);
    gl.drawArrays(gl.TRIANGLE_FAN, 0, shape.length);
  }

  // Compiled when it is first needed.
  program(pass, scene, one, other) {
    const defines = [];
    const plain = pass === "overlay";
    if (scene.exposure !== 0 && !plain) defines.push("EXPOSED");
    if (scene.gamma !== 1 && !plain) defines.push("GAMMA");
    if (pass === "difference mono") {
      defines.push(`FIRST ${one.kind === "mono" ? "grey" : "exposed"}`);
      defines.push(`SECOND ${other.kind === "mono" ? "grey" : "exposed"}`);
    }
    const key = [pass, ...defines].join();
    if (!this.programs.has(key)) this.programs.set(key, this.link(fragmentShader(defines, pass)));
    return this.programs.get(key);
  }

  link(fragment) {
    const { gl } = this;
    const handle = gl.createProgram();
    for (const [kind, source] of [
      [gl.VERTEX_SHADER, VERTEX_SHADER],
      [gl.FRAGMENT_SHADER, fragment],
    ]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(handle, shader);
    }
    gl.bindAttribLocation(handle, 0, "corner");
    gl.linkProgram(handle);
    if (!gl.getProgramParameter(handle, gl.LINK_STATUS) && !gl.isContextLost()) {
      const logs = gl.getAttachedShaders(handle).map((shader) => gl.getShaderInfoLog(shader));
      throw new Error(`viewer: a shader was refused: ${logs.join(" ")}`);
    }
    gl.useProgram(handle);
    const places = new Map();
    const at = (name) => {
      if (!places.has(name)) places.set(name, gl.getUniformLocation(handle, name));
      return places.get(name);
    };
    gl.uniform1i(at("one"), 0);
    gl.uniform1i(at("other"), 1);
    gl.uniform1i(at("lut"), LUT_UNIT);
    return { handle, at };
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
