// Sort by, descending, starred first.

class Toolbar {
  constructor(model) {
    this.model = model;
    this.root = make("div", "ld-gallery-bar");
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Order of the pictures");
    this.key = make("select", "ld-gallery-select");
    this.descending = make("input", "");
    this.starred = make("input", "");
    this.descending.type = this.starred.type = "checkbox";
    this.root.append(
      labelled("Sort by", this.key),
      labelled("descending", this.descending, true),
      labelled("starred first", this.starred, true),
    );
    for (const input of [this.key, this.descending, this.starred]) {
      input.onchange = () => this.save();
    }
    this.show();
  }

  show() {
    const keys = this.model.get("sort_keys");
    const sort = this.model.get("sort");
    this.root.hidden = keys.length === 0;
    const options = [{ id: "", label: "as made" }, ...keys];
    this.key.replaceChildren(...options.map(({ id, label }) => new Option(label, id)));
    this.key.value = sort.key ?? "";
    this.descending.checked = Boolean(sort.descending);
    this.starred.checked = Boolean(sort.starred_first);
  }

  save() {
    this.model.set("sort", {
      key: this.key.value,
      descending: this.descending.checked,
      starred_first: this.starred.checked,
    });
    this.model.save_changes();
  }
}

function labelled(text, input, after = false) {
  const label = make("label", "ld-gallery-label");
  label.append(...(after ? [input, text] : [text, input]));
  return label;
}
