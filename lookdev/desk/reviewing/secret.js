// A passphrase goes to the kernel as a message, never as state.

function render({ model, el }) {
  const row = document.createElement("label");
  row.className = "ld-secret";
  const name = document.createElement("span");
  const field = document.createElement("input");
  field.type = "password";
  field.autocomplete = "new-password"; // no browser keeps it, none fills in another
  field.spellcheck = false;
  row.append(name, field);
  el.append(row);

  const show = () => {
    name.textContent = model.get("label");
    field.placeholder = model.get("hint");
    row.title = model.get("label");
  };
  const say = () => model.send({ typed: field.value });
  const empty = (message) => {
    if (message.type === "empty") field.value = "";
  };
  field.addEventListener("input", say);
  model.on("change:label change:hint", show);
  model.on("msg:custom", empty);
  show();
  say(); // a page that was reloaded shows an empty field: it is empty in the kernel too
  return () => {
    model.off("change:label change:hint", show);
    model.off("msg:custom", empty);
  };
}

export default { render };
