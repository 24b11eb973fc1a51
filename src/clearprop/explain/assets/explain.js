// The circles open their unit's arithmetic beside the diagram. Nothing is computed here.
// One explanation may stand several times in a notebook, with the same ids. So this script serves every
// element with its id and looks inside that element only. To be served twice does no harm.
document.querySelectorAll("#PREFIX").forEach(root => {
  const panels = root.querySelector(".panels"), figure = root.querySelector("figure");
  const links = [...figure.querySelectorAll("a.u")];
  const panelOf = link => root.querySelector(link.getAttribute("href")).closest("details");
  // The diagram stands there twice, wide and narrow; one of them can be seen.
  const current = () => links.find(link => panelOf(link).open && link.checkVisibility());
  panels.classList.add("scripted");
  panels.dataset.way ||= "forward";

  function mark() {
    const open = links.filter(link => panelOf(link).open);
    const unit = open.length && open[0].getAttribute("href").split("-").slice(-2).join("-");
    for (const link of links)
      open.includes(link) ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    for (const net of figure.querySelectorAll(".net")) {
      let lit = false;
      for (const line of net.querySelectorAll("line")) {
        const on = line.dataset.ends.split(" ").includes(unit);
        line.classList.toggle("on", on);
        lit ||= on;
      }
      net.classList.toggle("lit", lit);
    }
  }

  // All of what is shown of the unit comes into view, or its beginning where it is taller than the window.
  function bring(panel) {
    const tall = panels.getBoundingClientRect().height > innerHeight;
    (tall ? panel : panels).scrollIntoView({ block: tall ? "start" : "nearest" });
  }

  function show(link, focus) {
    const panel = panelOf(link);
    for (const other of links) panelOf(other).open = panelOf(other) === panel;
    if (focus) {
      panel.querySelector("summary").focus({ preventScroll: true });
      bring(panel);
    }
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

  figure.addEventListener("click", event => {
    const link = event.target.closest("a.u");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link, true);
  });
  figure.addEventListener("keydown", event => {
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
  panels.addEventListener("click", event => {
    const button = event.target.closest(".ways button");
    if (!button) return;
    panels.dataset.way = button.dataset.way;
    for (const other of button.parentNode.children) other.setAttribute("aria-pressed", other === button);
    bring(panels.querySelector("details[open]") || panels);
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
