// The toolbar's building blocks: a labelled choice, a slider with its number, a button.

const button = (text, act, attributes = {}) =>
  make("button", { type: "button", class: "ldv-button", onclick: act, ...attributes }, text);

const group = (label, ...children) =>
  make("div", { class: "ldv-group", role: "group", "aria-label": label }, ...children);

// A choice of {id, label}; a choice made with the mouse gives the keyboard back to the picture.
class Choice {
  constructor({ label, name, title, change, release }) {
    this.select = make("select", { class: "ldv-select", title, "aria-label": name });
    this.root = make("div", { class: "ldv-choice" }, make("span", {}, label), this.select);
    let byMouse = false;
    this.select.addEventListener("pointerdown", () => {
      byMouse = true;
    });
    this.select.addEventListener("keydown", () => {
      byMouse = false;
    });
    this.select.addEventListener("change", () => {
      change(this.select.value);
      if (byMouse) release();
    });
  }

  update(options, value) {
    const wanted = JSON.stringify(options);
    if (this.shown !== wanted) {
      this.select.replaceChildren(
        ...options.map(({ id, label }) => make("option", { value: id }, label)),
      );
      this.shown = wanted;
    }
    this.select.value = value;
  }
}

// A slider and its number; double click or Alt-click resets both.
class Amount {
  constructor({ label, short = label, unit, low, high, step, reset, digits, change, slider = true, marked = true }) {
    Object.assign(this, { reset, digits, change, low, high, marked });
    const range = { min: low, max: high, step };
    const name = `${label}${unit ? `, ${unit}` : ""}`;
    const hint = `${name}: double-click or Alt-click resets`;
    this.range = make("input", {
      type: "range",
      class: "ldv-range",
      "aria-label": `${name}, slider`,
      title: hint,
      ...range,
    });
    this.number = make("input", {
      type: "number",
      class: "ldv-number",
      "aria-label": name,
      title: name,
      ...range,
      step: "any",
    });
    this.label = make("span", { class: "ldv-amount-name", title: hint }, short);
    this.root = make("div", { class: "ldv-amount" }, this.label, slider ? this.range : null, this.number);
    this.range.addEventListener("input", () => change(Number(this.range.value)));
    this.number.addEventListener("change", () => this.typed());
    this.root.addEventListener("dblclick", (event) => this.resetFrom(event));
    this.root.addEventListener("click", (event) => event.altKey && this.resetFrom(event));
  }

  typed() {
    const value = Number(this.number.value);
    const good = this.number.value !== "" && Number.isFinite(value);
    if (good) this.change(clamp(value, this.low, this.high));
    this.update(this.value);
  }

  resetFrom(event) {
    if (event.target === this.number) return;
    event.preventDefault();
    this.change(this.reset);
  }

  update(value) {
    this.value = value;
    this.range.value = value;
    this.root.classList.toggle("ldv-changed", this.marked && value !== this.reset);
    const text = value.toFixed(this.digits);
    if (document.activeElement !== this.number || Number(this.number.value) !== value) {
      this.number.value = text;
    }
  }
}
