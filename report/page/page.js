"use strict";
(() => {
  const picture = document.querySelector("#graph .picture");
  const nodes = new Map([...picture.querySelectorAll(".node")].map((node) => [node.dataset.node, node]));
  const rows = new Map([...document.querySelectorAll(".functions tbody tr")].map((row) => [row.dataset.node, row]));
  const lines = [...picture.querySelectorAll("[data-from]")];
  const search = document.querySelector("#search");
  const filters = [...document.querySelectorAll(".filters button")];
  const count = document.querySelector("#count");
  const nothing = document.querySelector(".nothing");
  const told = document.querySelector("#told");
  const whole = picture.viewBox.baseVal;
  const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  const texts = new Map([...rows].map(([id, row]) => [id, row.textContent.toLowerCase()]));
  const forward = new Map(), backward = new Map();
  const push = (map, key, value) => map.has(key) ? map.get(key).push(value) : map.set(key, [value]);
  for (const line of lines) {
    push(forward, line.dataset.from, line.dataset.to);
    push(backward, line.dataset.to, line.dataset.from);
  }

  // --- The view: what part of the picture is seen.

  let view = { ...full };
  const pixel = () => {
    const box = picture.getBoundingClientRect();
    return { box, size: Math.max(view.width / box.width, view.height / box.height) };
  };
  const show = (next) => {
    // A window being opened, hidden or printed may give the picture no room, and so no scale: the view stays.
    if (!Object.values(next).every(Number.isFinite)) return;
    view = next;
    picture.setAttribute("viewBox", `${next.x} ${next.y} ${next.width} ${next.height}`);
    // What is too small to be read is not drawn.
    const { size } = pixel();
    picture.classList.toggle("far", size > 2.6);
    picture.classList.toggle("farther", size > 4.5);
  };
  // The whole picture, but small ones no larger than life.
  const fit = () => {
    const box = picture.getBoundingClientRect();
    const size = Math.max(full.width / box.width, full.height / box.height, 0.8);
    const width = box.width * size, height = box.height * size;
    const x = full.width / box.width > full.height / box.height ? (full.width - width) / 2 : Math.min(0, (full.width - width) / 2);
    const y = full.height < height ? Math.min(0, (full.height - height) / 2) : 0;
    show({ x, y, width, height });
  };
  const zoom = (factor, at) => {
    const { box, size } = pixel();
    const target = Math.min(Math.max(size / factor, 0.2), Math.max(full.width / box.width, full.height / box.height) * 2) / size;
    const point = at || { x: view.x + view.width / 2, y: view.y + view.height / 2 };
    show({
      x: point.x - (point.x - view.x) * target, y: point.y - (point.y - view.y) * target,
      width: view.width * target, height: view.height * target,
    });
  };
  const pan = (x, y) => show({ ...view, x: view.x + x, y: view.y + y });
  const place = (event) => {
    const { box, size } = pixel();
    return {
      x: view.x + view.width / 2 + (event.clientX - box.left - box.width / 2) * size,
      y: view.y + view.height / 2 + (event.clientY - box.top - box.height / 2) * size,
    };
  };
  const box_of = (node) => {
    const at = node.transform.baseVal.consolidate().matrix, shape = node.querySelector(".shape").getBBox();
    return { x: at.e, y: at.f, width: shape.width, height: shape.height };
  };
  const middle = (box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  // Brings a node into view, large enough to be read.
  const bring = (node, to_the_middle) => {
    const { size } = pixel();
    const box = box_of(node), at = middle(box);
    const is_seen = box.x > view.x && box.y > view.y && box.x + box.width < view.x + view.width &&
      box.y + box.height < view.y + view.height;
    if (to_the_middle && size > 1.3) zoom(size / 1.1, at);
    if (!is_seen || (to_the_middle && size > 1.3)) pan(at.x - view.x - view.width / 2, at.y - view.y - view.height / 2);
  };

  // --- What is chosen.

  let chosen = null;
  const reach = (from, ways) => {
    const reached = new Set(), open = [from];
    while (open.length > 0)
      for (const next of ways.get(open.pop()) || [])
        if (!reached.has(next)) { reached.add(next); open.push(next); }
    return reached;
  };
  const choose = (id) => {
    const before = chosen && rows.get(chosen);
    if (before) { before.classList.remove("chosen"); before.removeAttribute("aria-current"); }
    if (chosen) { nodes.get(chosen).classList.remove("here"); nodes.get(chosen).removeAttribute("aria-pressed"); }
    chosen = id;
    picture.classList.toggle("chosen", id !== null);
    const after = id === null ? new Set() : reach(id, forward), users = id === null ? new Set() : reach(id, backward);
    for (const [key, node] of nodes) node.classList.toggle("near", key === id || after.has(key) || users.has(key));
    const front = [];
    for (const line of lines) {
      const { from, to } = line.dataset;
      const is_near = id !== null && ((after.has(to) && (from === id || after.has(from))) || (users.has(from) && (to === id || users.has(to))));
      line.classList.toggle("near", is_near);
      if (is_near) front.push(line);
    }
    for (const line of front) line.parentNode.append(line);
    if (id === null) return void (told.textContent = "Nothing is chosen.");
    const node = nodes.get(id), row = rows.get(id);
    node.classList.add("here");
    node.setAttribute("aria-pressed", "true");
    told.textContent = `Chosen: ${node.querySelector("title").textContent}`;
    if (row) {
      row.classList.add("chosen");
      row.setAttribute("aria-current", "true");
      if (document.body.clientHeight <= window.innerHeight + 1) row.scrollIntoView({ block: "nearest" });
    }
  };
  const toggle = (id) => choose(chosen === id ? null : id);

  // --- What is looked for.

  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const states = filters.filter((one) => one.getAttribute("aria-pressed") === "true").map((one) => one.dataset.state);
    let shown = 0;
    for (const [id, row] of rows) {
      const is_in = words.every((word) => texts.get(id).includes(word)) &&
        (states.length === 0 || states.some((state) => row.classList.contains(state)));
      row.hidden = !is_in;
      nodes.get(id).classList.toggle("out", !is_in);
      shown += is_in;
    }
    picture.classList.toggle("narrowed", shown < rows.size);
    count.textContent = shown === rows.size ? `${rows.size} shown, the worst first` : `${shown} of ${rows.size} shown`;
    nothing.hidden = shown > 0;
  };
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const first = [...rows].find(([, row]) => !row.hidden);
    if (!first) return;
    choose(first[0]);
    bring(nodes.get(first[0]), true);
  });
  for (const button of filters)
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      narrow();
    });

  // --- The table.

  for (const [id, row] of rows)
    row.addEventListener("click", () => {
      if (String(window.getSelection()) !== "") return;
      toggle(id);
      if (chosen === id) bring(nodes.get(id), true);
    });

  // --- The graph, by pointer.

  const pointers = new Map();
  let moved = 0, gap = 0;
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  };
  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, event);
    moved = pointers.size > 1 ? 99 : 0;
    if (pointers.size === 2) gap = spread();
  });
  window.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const { size } = pixel();
    pointers.set(event.pointerId, event);
    moved += Math.abs(event.clientX - last.clientX) + Math.abs(event.clientY - last.clientY);
    if (moved < 4) return;
    picture.classList.add("moving");
    pan((last.clientX - event.clientX) * size / pointers.size, (last.clientY - event.clientY) * size / pointers.size);
    if (pointers.size === 2) { zoom(spread() / gap, place(event)); gap = spread(); }
  });
  for (const end of ["pointerup", "pointercancel"])
    window.addEventListener(end, (event) => {
      pointers.delete(event.pointerId);
      picture.classList.remove("moving");
    });
  picture.addEventListener("click", (event) => {
    if (moved >= 4) return;
    const node = event.target.closest(".node:not(.stack)");
    if (node) { seat(node); toggle(node.dataset.node); } else choose(null);
  });
  picture.addEventListener("wheel", (event) => {
    const page_scrolls = document.documentElement.scrollHeight > window.innerHeight + 1;
    if (page_scrolls && !event.ctrlKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0018)), place(event));
  }, { passive: false });
  document.querySelector("#closer").addEventListener("click", () => zoom(1.4));
  document.querySelector("#farther").addEventListener("click", () => zoom(1 / 1.4));
  document.querySelector("#all").addEventListener("click", fit);

  // --- The graph, by keyboard: one stop for Tab, arrows from node to node.

  const stops = [...nodes.values()].filter((node) => !node.classList.contains("stack"));
  let stop = null;
  const seat = (node) => {
    if (stop) stop.setAttribute("tabindex", "-1");
    stop = node;
    node.setAttribute("tabindex", "0");
  };
  picture.setAttribute("role", "group");
  for (const node of stops) {
    node.setAttribute("tabindex", "-1");
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", node.querySelector("title").textContent);
  }
  if (stops.length > 0) seat(stops[0]);
  const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  // The nearest node that way; what stands aside counts double.
  const next = (from, [right, down]) => {
    const at = middle(box_of(from));
    let best = null, least = Infinity;
    for (const node of stops) {
      if (node === from || node.classList.contains("out")) continue;
      const to = middle(box_of(node)), along = (to.x - at.x) * right + (to.y - at.y) * down;
      const aside = Math.abs((to.x - at.x) * down) + Math.abs((to.y - at.y) * right);
      if (along > 4 && aside < along * 3 && along + 2 * aside < least) { least = along + 2 * aside; best = node; }
    }
    return best;
  };
  picture.addEventListener("keydown", (event) => {
    const direction = directions[event.key];
    if (direction) {
      const node = event.target.closest(".node") || stop, to = node && next(node, direction);
      if (to) { seat(to); to.focus({ preventScroll: true }); bring(to, false); }
    } else if (event.key === "Enter" || event.key === " ") {
      if (stop) { toggle(stop.dataset.node); bring(stop, false); }
    } else if (event.key === "+" || event.key === "=") zoom(1.4);
    else if (event.key === "-") zoom(1 / 1.4);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose(null);
    else if (event.key === "/" && event.target !== search) { search.focus(); event.preventDefault(); }
  });

  // --- On paper, all of it.

  let kept = null;
  window.addEventListener("beforeprint", () => { kept = view; show({ ...full }); picture.classList.remove("far", "farther"); });
  window.addEventListener("afterprint", () => { if (kept) show(kept); });
  window.addEventListener("resize", fit);
  picture.classList.toggle("lively", nodes.size < 400);
  narrow();
  fit();
})();
