// A note is written where it stands: Enter or leaving keeps it, Escape does not.

function editNote(card, save) {
  if (card.text.querySelector(".ld-card-edit")) return;
  const area = make("textarea", "ld-card-edit");
  area.value = card.item.note ?? "";
  area.rows = 2;
  area.maxLength = 1000;
  area.setAttribute("aria-label", `Note on ${card.item.title}`);
  let open = true;
  const close = (keep, refocus) => {
    if (!open) return;
    open = false;
    const text = area.value.trim();
    area.remove();
    card.root.classList.remove("is-editing");
    if (refocus) card.picture.focus();
    if (keep && text !== (card.item.note ?? "")) save(text);
  };
  area.onkeydown = (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close(false, true);
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      close(true, true);
    }
  };
  area.onblur = () => close(true, false);
  card.root.classList.add("is-editing");
  card.note.after(area);
  area.focus();
}
