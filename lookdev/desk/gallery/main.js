// anywidget's entry: the view follows the traits, pictures come as messages.

const FOLLOWED = ["items", "sort", "arrangement", "columns", "can", "label", "empty"];

function render({ model, el }) {
  const view = new GalleryView(model, el);
  const update = () => view.update();
  const showBar = () => view.bar.show();
  const received = (content, buffers) => {
    if (content.type === "thumb") view.thumbs.take(content.id, buffers[0]);
  };
  for (const name of FOLLOWED) model.on(`change:${name}`, update);
  for (const name of ["sort", "sort_keys"]) model.on(`change:${name}`, showBar);
  model.on("msg:custom", received);
  return () => {
    for (const name of FOLLOWED) model.off(`change:${name}`, update);
    for (const name of ["sort", "sort_keys"]) model.off(`change:${name}`, showBar);
    model.off("msg:custom", received);
    view.close();
  };
}

export default { render };
