// One sentence about what went wrong, with "copy details" and "dismiss".

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text); // no clipboard API without https
  }
}

function copiedByHand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function render({ model, el }) {
  const box = element("div", "ld-banner", "");
  box.setAttribute("role", "alert");
  const sign = element("span", "ld-banner-sign", "!");
  sign.setAttribute("aria-hidden", "true");
  const text = element("p", "ld-banner-text", "");
  const copy = element("button", "ld-banner-button", "Copy details");
  const dismiss = element("button", "ld-banner-button", "Dismiss");
  const details = element("textarea", "ld-banner-details", "");
  details.readOnly = true;
  details.setAttribute("aria-label", "Details of the error");
  copy.type = dismiss.type = "button";
  box.append(sign, text, copy, dismiss, details);
  el.append(box);

  const show = () => {
    box.hidden = model.get("text") === "";
    text.textContent = model.get("text");
    copy.hidden = model.get("details") === "";
    copy.textContent = "Copy details";
    details.hidden = true;
  };
  copy.onclick = async () => {
    if (await copied(model.get("details"))) {
      copy.textContent = "Copied";
      return;
    }
    details.value = model.get("details"); // the browser forbids it: show them to be copied
    details.hidden = false;
    details.select();
  };
  dismiss.onclick = () => {
    model.set("text", "");
    model.set("details", "");
    model.save_changes();
  };
  model.on("change:text", show);
  model.on("change:details", show);
  show();
  return () => {
    model.off("change:text", show);
    model.off("change:details", show);
  };
}

export default { render };
