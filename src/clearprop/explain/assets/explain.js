// The circles open their unit's arithmetic beside the diagram. Nothing is computed here.
// One explanation may stand several times in a notebook, with the same ids. So this script serves every
// element with its id and looks inside that element only. To be served twice does no harm.
document.querySelectorAll("#PREFIX").forEach(root => {
  const panels = root.querySelector(".panels"), net = root.querySelector(".net");
  const links = [...net.querySelectorAll("a.u")];
  const panelOf = link => root.querySelector(link.getAttribute("href")).closest("details");
  const current = () => links.find(link => panelOf(link).open);
  panels.classList.add("scripted");

  function mark() {
    const now = current(), unit = now && now.getAttribute("href").split("-").slice(-2).join("-");
    for (const link of links)
      link === now ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    let lit = false;
    for (const line of net.querySelectorAll("line")) {
      const on = line.dataset.ends.split(" ").includes(unit);
      line.classList.toggle("on", on);
      lit ||= on;
    }
    net.classList.toggle("lit", lit);
  }

  function show(link, focus) {
    for (const other of links) panelOf(other).open = other === link;
    if (focus) panelOf(link).querySelector("summary").focus();
    mark();
  }

  // Left and right: the unit at about the same height in the next layer; up and down: in this one.
  function neighbour(link, key) {
    const layer = link.parentNode, mine = [...layer.querySelectorAll("a.u")];
    if (key === "ArrowUp" || key === "ArrowDown")
      return mine[mine.indexOf(link) + (key === "ArrowUp" ? -1 : 1)];
    const step = key === "ArrowLeft" ? "previousElementSibling" : "nextElementSibling";
    const beside = layer[step] ? [...layer[step].querySelectorAll("a.u")] : [];
    const place = mine.indexOf(link) / Math.max(mine.length - 1, 1);
    return beside[Math.round(place * (beside.length - 1))];
  }

  net.addEventListener("click", event => {
    const link = event.target.closest("a.u");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link, true);
  });
  net.addEventListener("keydown", event => {
    const link = event.target.closest("a.u");
    const next = link && event.key.startsWith("Arrow") && neighbour(link, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
    show(next, false);
  });
  panels.addEventListener("keydown", event => {
    if (event.key === "Escape" && current()) current().focus();
  });
  panels.addEventListener("toggle", mark, true);
  // By its id alone this link would lead to the first copy of the explanation.
  root.querySelector("a.skip").addEventListener("click", event => {
    event.preventDefault();
    panels.tabIndex = -1;
    panels.focus();
  });
  mark();
});
