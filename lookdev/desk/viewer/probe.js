// The line under the picture: scene-linear values of the pixel under the pointer.

const MIDDLE_GREY = 0.18;
const AP1_LUMINANCE = [0.2722287168, 0.6740817658, 0.0536895174];
const PROBES = ["plate", "element", "comp"];

const inFour = (value) => {
  if (value === 0) return "0.000";
  const size = Math.abs(value);
  return size >= 0.001 && size < 10000 ? value.toPrecision(4) : value.toExponential(2);
};

const inStops = (value) => {
  if (value <= 0) return "no light";
  const stops = Math.log2(value / MIDDLE_GREY);
  return `${stops < 0 ? "\u2212" : "+"}${Math.abs(stops).toFixed(2)} stops`;
};

class Probe {
  constructor(view) {
    this.view = view;
    this.id = 0;
    this.answered = 0;
    this.at = null;
    this.ask = atMost(() => this.askNow(), 50);
    this.root = make("div", { class: "ldv-probe", role: "group", "aria-label": "Pixel probe" });
    this.place = make("span", { class: "ldv-place" });
    this.groups = PROBES.map((name) => this.group(name));
    this.root.append(this.place, ...this.groups.map((group) => group.root));
    this.leave();
  }

  group(name) {
    const channels = name === "element" ? ["r", "g", "b", "a"] : ["r", "g", "b"];
    const values = channels.map((channel) => make("span", { class: `ldv-${channel}` }));
    const extra = name === "comp" ? make("span", { class: "ldv-stops" }) : null;
    const title = make("span", { class: "ldv-name" }, name);
    return { name, values, extra, root: make("span", {}, title, ...values, extra) };
  }

  hover(x, y) {
    this.at = [Math.floor(x), Math.floor(y)];
    this.place.textContent = `x ${this.at[0]}  y ${this.at[1]}`;
    this.ask();
  }

  leave() {
    this.at = null;
    this.answered = this.id;
    this.ask.stop();
    this.place.textContent = "x –  y –";
    this.fill({});
  }

  // The picture changed under a pointer that rests.
  again() {
    if (this.at) this.ask();
  }

  askNow() {
    if (!this.at) return;
    this.id += 1;
    this.view.send({ type: "probe", id: this.id, x: this.at[0] + 0.5, y: this.at[1] + 0.5 });
  }

  answer({ id, values }) {
    if (!this.at || id <= this.answered) return;
    this.answered = id;
    this.fill(values);
  }

  fill(given) {
    for (const { name, values, extra } of this.groups) {
      const numbers = given[name];
      values.forEach((span, i) => {
        span.textContent = numbers?.[i] === undefined ? "–" : inFour(numbers[i]);
      });
      if (!extra) continue;
      const luminance = numbers?.reduce((sum, v, i) => sum + v * AP1_LUMINANCE[i], 0);
      extra.textContent = numbers ? `Y ${inFour(luminance)}  ${inStops(luminance)}` : "";
    }
  }
}
