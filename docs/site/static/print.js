// On paper everything is read: what is folded opens, inside the elements too, and closes again afterwards.
let opened = [];

function folded(root) {
  const within = [...root.querySelectorAll("*")].filter((element) => element.shadowRoot);
  return [...root.querySelectorAll("details:not([open])"), ...within.flatMap((element) => folded(element.shadowRoot))];
}

addEventListener("beforeprint", () => {
  opened = folded(document);
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});
