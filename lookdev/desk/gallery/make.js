// Small helpers for the page's elements.

function make(tag, className, text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function makeButton(className, text, label, onClick) {
  const button = make("button", className, text);
  button.type = "button";
  button.setAttribute("aria-label", label);
  button.title = label;
  button.onclick = onClick;
  return button;
}

// Sets only what differs, so that an update of one item leaves the others' layout alone.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = text === "";
}
