"use strict";
(() => {
  const picture = document.querySelector("#graph .picture");
  const nodes = new Map([...picture.querySelectorAll(".node")].map((node) => [node.dataset.node, node]));
  const rows = new Map([...document.querySelectorAll(".functions tbody tr")].map((row) => [row.dataset.node, row]));
  const lines = [...picture.querySelectorAll("[data-from]")];
  const others = [...document.querySelectorAll("details li")];
  const list = document.querySelector("#list");
  const search = document.querySelector("#search");
  const filters = [...document.querySelectorAll(".filters button")];
  const count = document.querySelector("#count");
  const show_all = document.querySelector("#show-all");
  const nothing = document.querySelector(".nothing");
  const told = document.querySelector("#told");
  const hint = document.querySelector(".hint");
  const strip = document.querySelector("#strip");
  const full = (({ x, y, width, height }) => ({ x, y, width, height }))(picture.viewBox.baseVal);
  const title_of = (node) => node.querySelector("title").textContent;
  const forward = new Map(), backward = new Map();
  const push = (map, key, value) => map.has(key) ? map.get(key).push(value) : map.set(key, [value]);
  for (const line of lines.filter((line) => line.matches(".edge"))) {
    push(forward, line.dataset.from, line.dataset.to);
    push(backward, line.dataset.to, line.dataset.from);
  }
  const reach = (from, ways) => {
    const reached = new Set(), open = [from];
    while (open.length > 0)
      for (const next of ways.get(open.pop()) || [])
        if (!reached.has(next)) { reached.add(next); open.push(next); }
    return reached;
  };

  // --- The view: what part of the picture is seen. `size` is how many of its pixels are one of the window.

  const sign_scale = picture.querySelector(".sign")?.transform.baseVal.consolidate().matrix.a ?? 1;
  const is_far_away = picture.classList.contains("far");  // even where all of it is seen
  let view = { x: full.x, y: full.y, size: 1 }, is_whole = true, room = null;
  const measure = () => picture.getBoundingClientRect();
  const show = (next) => {
    const box = measure();
    // A window being opened, hidden or printed may give the picture no room, and so no scale: the view stays.
    if (!(box.width > 0 && box.height > 0)) return;
    view = next;
    room = box;
    is_whole = false;
    picture.setAttribute("viewBox", `${next.x} ${next.y} ${box.width * next.size} ${box.height * next.size}`);
    // What is too small to be read is not drawn; names of what is chosen grow.
    picture.classList.toggle("small", next.size > 1.5);
    picture.classList.toggle("far", next.size > 2);
    picture.classList.toggle("farther", next.size > 4);
    picture.style.setProperty("--size", next.size);
    picture.style.setProperty("--sign", Math.min(next.size * 1.1, sign_scale));
  };
  const tools_height = 60;
  const whole_size = ({ width, height }) => Math.max(full.width / width, full.height / Math.max(height - tools_height, 1));
  // The whole picture, but small ones no larger than life.
  const fit = () => {
    const box = measure(), size = Math.max(whole_size(box), 0.8);
    const aside = (full.width - box.width * size) / 2, above = (full.height - (box.height - tools_height) * size) / 2;
    show({ x: full.width / box.width >= size * 0.999 ? aside : Math.min(0, aside), y: Math.min(0, above), size });
    is_whole = true;
  };
  const middle = (box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const seen = () => {
    const { width, height } = measure();
    return { x: view.x, y: view.y, width: width * view.size, height: height * view.size };
  };
  const zoom = (factor, at = middle(seen())) => {
    const size = Math.min(Math.max(view.size / factor, 0.2), Math.max(whole_size(measure()) * 2, 1));
    const grown = size / view.size;
    hint.hidden = true;
    show({ x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown, size });
  };
  const pan = (x, y) => {
    hint.hidden = true;
    show({ ...view, x: view.x + x, y: view.y + y });
  };
  const place = (event) => {
    const box = measure();
    return { x: view.x + (event.clientX - box.left) * view.size, y: view.y + (event.clientY - box.top) * view.size };
  };
  const boxes = new Map();
  const box_of = (node) => {
    if (!boxes.has(node)) {
      const at = node.transform.baseVal.consolidate().matrix, shape = node.querySelector(".shape").getBBox();
      boxes.set(node, { x: at.e, y: at.f, width: shape.width, height: shape.height });
    }
    return boxes.get(node);
  };
  const around = (a, b) => {
    const x = Math.min(a.x, b.x), y = Math.min(a.y, b.y);
    return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
  };
  const size_for = (box) => {
    const { width, height } = measure();
    return Math.max((box.width + 40) / width, (box.height + 40) / Math.max(height - tools_height, 1));
  };
  // Brings a box into view, as near as `most` if it has room there. What is seen already stays where it is.
  const bring = (box, most) => {
    const size = Math.max(size_for(box), Math.min(view.size, most)), { x, y, width, height } = seen();
    const is_seen = box.x > x && box.y > y && box.x + box.width < x + width && box.y + box.height < y + height;
    if (is_seen && size === view.size) return;
    const at = middle(box), { width: across, height: down } = measure();
    show({ x: at.x - across * size / 2, y: at.y - (down - tools_height) * size / 2, size });
  };
  // A node and its configs, however far away they are; what else it uses only if names can still be read then.
  const look_at = (id) => {
    let box = box_of(nodes.get(id));
    const used = (forward.get(id) || []).map((one) => nodes.get(one));
    const is_config = (node) => node.matches(".config");
    for (const node of [...used.filter(is_config), ...used.filter((one) => !is_config(one))]) {
      const larger = around(box, box_of(node));
      if (is_config(node) || size_for(larger) <= 1.6) box = larger;
    }
    bring(box, 1.1);
  };

  // --- What is chosen.

  let chosen = null;
  // Lines that fade do so together, and not one over the other; what leads to and from what is chosen stands before them.
  const back = picture.querySelector(".edges"), front = back.cloneNode(false);
  front.classList.add("front");
  back.after(front);
  // So are the names of what is chosen and of what it uses, where others are too small to be read.
  const called = picture.appendChild(back.cloneNode(false));
  called.setAttribute("class", "called");
  const name_in_front = (id) => {
    const node = nodes.get(id), name = node.querySelector(".name").cloneNode(true), box = box_of(node);
    name.textContent += node.querySelector(".rest")?.textContent ?? "";
    name.setAttribute("x", box.x + Number(name.getAttribute("x")));
    name.setAttribute("y", box.y + Math.min(box.height / 2, 22));
    return name;
  };

  // In words what the graph shows in colours, with a button for all that a node uses.
  const tell = (id, used) => {
    if (id === null && strip.contains(document.activeElement)) stop.focus({ preventScroll: true });
    strip.hidden = id === null;
    if (id === null) return void (told.textContent = "Nothing is chosen.");
    const node = nodes.get(id);
    told.textContent = `Chosen: ${title_of(node)}`;
    strip.querySelector("p").textContent = title_of(node);
    strip.querySelector("ul").replaceChildren(...[...used].map((one) => {
      const item = document.createElement("li"), button = document.createElement("button"), about = document.createElement("span");
      button.type = "button";
      button.title = title_of(nodes.get(one));
      about.textContent = nodes.get(one).querySelector(".about").textContent;
      button.append(nodes.get(one).querySelector(".name").textContent, about);
      button.addEventListener("click", () => bring(box_of(nodes.get(one)), 1.1));
      item.append(button);
      return item;
    }));
    strip.querySelector("#to-list").hidden = !document.querySelector("tr.chosen, tr.near");
  };
  const show_row = () => {
    const row = document.querySelector("tr.chosen") || document.querySelector("tr.near:not([hidden])");
    row?.scrollIntoView({ block: row.matches(".chosen") ? "nearest" : "start" });
  };
  const page_scrolls = () => document.documentElement.scrollHeight > window.innerHeight + 1;
  const mark_nodes = (id, after, users) => {
    for (const [key, node] of nodes) {
      node.classList.toggle("here", key === id);
      node.classList.toggle("named", key === id || after.has(key));
      node.classList.toggle("near", key === id || after.has(key) || users.has(key));
      if (key === id) node.setAttribute("aria-pressed", "true"); else node.removeAttribute("aria-pressed");
    }
    called.replaceChildren(...id === null ? [] : [id, ...after].map(name_in_front));
  };
  const mark_lines = (id, after, users) => {
    back.append(...front.children);
    for (const line of lines) {
      const { from, to } = line.dataset;
      const is_near = id !== null && ((after.has(to) && (from === id || after.has(from))) || (users.has(from) && (to === id || users.has(to))));
      line.classList.toggle("near", is_near);
      if (is_near) front.append(line);
    }
  };
  const mark_rows = (id, users) => {
    for (const [key, row] of rows) {
      row.classList.toggle("chosen", key === id);
      row.classList.toggle("near", users.has(key));
      if (key === id) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
    }
  };
  const choose = (id) => {
    const after = reach(id, forward), users = reach(id, backward);
    chosen = id;
    hint.hidden ||= id !== null;
    picture.classList.toggle("chosen", id !== null);
    mark_nodes(id, after, users);
    mark_lines(id, after, users);
    mark_rows(id, users);
    tell(id, after);
    if (!page_scrolls()) show_row();
    // The strip takes room below, or gives it back; nothing moves.
    const was_whole = is_whole;
    show(view);
    is_whole = was_whole;
  };
  const toggle = (id) => choose(chosen === id ? null : id);
  document.querySelector("#to-none").addEventListener("click", () => choose(null));
  document.querySelector("#to-list").addEventListener("click", show_row);
  document.querySelector("#to-graph").addEventListener("click", () => {
    picture.scrollIntoView({ block: "nearest" });
    look_at(chosen);
  });

  // --- What is looked for.

  const used_by = new Map([...rows.keys()].map((id) => [id, reach(id, forward)]));
  const text_of = new Map([...nodes].map(([id, node]) => [id, title_of(node).toLowerCase()]));
  const texts = new Map([...rows].map(([id, row]) =>
    [id, [row.textContent.toLowerCase(), ...[...used_by.get(id)].map((used) => text_of.get(used))].join("\n")]));
  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const states = filters.filter((one) => one.getAttribute("aria-pressed") === "true").map((one) => one.dataset.state);
    const has_words = (text) => words.every((word) => text.includes(word));
    const is_narrowed = words.length + states.length > 0;
    // What is looked for, and what it uses.
    const lit = new Set();
    for (const [id, text] of text_of) if (!rows.has(id) && words.length > 0 && has_words(text)) lit.add(id);
    let shown = 0;
    for (const [id, row] of rows) {
      row.hidden = !(has_words(texts.get(id)) && (states.length === 0 || states.some((state) => row.classList.contains(state))));
      if (row.hidden) continue;
      ++shown;
      lit.add(id);
      for (const used of used_by.get(id)) lit.add(used);
    }
    for (const one of others) one.hidden = !has_words(one.textContent.toLowerCase());
    for (const [id, node] of nodes) node.classList.toggle("out", is_narrowed && !lit.has(id));
    for (const line of lines) line.classList.toggle("out", is_narrowed && !(lit.has(line.dataset.from) && lit.has(line.dataset.to)));
    picture.classList.toggle("narrowed", is_narrowed);
    list.classList.toggle("narrowed", is_narrowed);
    show_all.hidden = !is_narrowed;
    const left = others.filter((one) => !one.hidden).length;
    count.textContent = !is_narrowed ? `${rows.size} shown`
      : `${shown} of ${rows.size} shown` + (others.length > 0 ? `, ${left} of ${others.length} other findings` : "");
    nothing.hidden = shown > 0;
    list.scrollTop = 0;
    const first = stops.find((node) => !node.classList.contains("out"));
    if (first && stop.classList.contains("out")) seat(first);
  };
  const widen = () => {
    search.value = "";
    for (const button of filters) button.setAttribute("aria-pressed", "false");
    narrow();
  };
  show_all.addEventListener("click", () => { widen(); search.focus(); });
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const first = list.querySelector("tbody tr:not([hidden])");
    if (!first) return;
    choose(first.dataset.node);
    look_at(chosen);
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
      if (chosen === id) look_at(id);
    });
  const collator = new Intl.Collator("en", { numeric: true });
  const keys = [...rows.values()].map((row, at) => ({
    row, state: String(at), name: row.querySelector("button").textContent, template: row.querySelector("p").textContent,
  }));
  const sorters = [...document.querySelectorAll("[data-sort]")];
  for (const button of sorters)
    button.addEventListener("click", () => {
      for (const one of sorters) one.parentNode.removeAttribute("aria-sort");
      button.parentNode.setAttribute("aria-sort", "ascending");
      for (const one of sorters) one.classList.toggle("sorted", one === button);
      const key = button.dataset.sort;
      keys.sort((a, b) => collator.compare(a[key], b[key]) || a.state - b.state);
      list.querySelector("tbody").append(...keys.map((one) => one.row));
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
    pointers.set(event.pointerId, event);
    moved += Math.abs(event.clientX - last.clientX) + Math.abs(event.clientY - last.clientY);
    if (moved < 4) return;
    picture.classList.add("moving");
    const step = view.size / pointers.size;
    pan((last.clientX - event.clientX) * step, (last.clientY - event.clientY) * step);
    if (pointers.size === 2) { zoom(spread() / gap, place(event)); gap = spread(); }
  });
  for (const end of ["pointerup", "pointercancel"])
    window.addEventListener(end, (event) => {
      pointers.delete(event.pointerId);
      picture.classList.remove("moving");
    });
  picture.addEventListener("click", (event) => {
    if (moved >= 4) return;
    const node = event.target.closest(".node:not(.stack):not(.out)");
    if (node) { seat(node); toggle(node.dataset.node); } else choose(null);
  });
  picture.addEventListener("wheel", (event) => {
    if (page_scrolls() && !event.ctrlKey) return;
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
    node.setAttribute("aria-label", title_of(node));
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
      if (to) { seat(to); to.focus({ preventScroll: true }); bring(box_of(to), view.size); }
    } else if (event.key === "Enter" || event.key === " ") {
      if (stop) { toggle(stop.dataset.node); bring(box_of(stop), view.size); }
    } else if (event.key === "+" || event.key === "=") zoom(1.4);
    else if (event.key === "-") zoom(1 / 1.4);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { if (chosen !== null) choose(null); else widen(); }
    else if (event.key === "/" && event.target !== search) { search.focus(); event.preventDefault(); }
  });

  // --- On paper, the whole picture, and all that is in the list.

  let kept = null;
  window.addEventListener("beforeprint", () => {
    kept = { view, is_whole, folded: [...document.querySelectorAll("details:not([open])")], chosen };
    choose(null);
    for (const one of kept.folded) one.open = true;
    picture.setAttribute("viewBox", `${full.x} ${full.y} ${full.width} ${full.height}`);
    picture.classList.toggle("far", is_far_away);
  });
  window.addEventListener("afterprint", () => {
    for (const one of kept.folded) one.open = false;
    choose(kept.chosen);
    if (kept.is_whole) fit(); else show(kept.view);
  });
  // The same middle, or all of it.
  window.addEventListener("resize", () => {
    if (is_whole || !room) return fit();
    const box = measure();
    show({ ...view, x: view.x + (room.width - box.width) * view.size / 2, y: view.y + (room.height - box.height) * view.size / 2 });
  });
  picture.classList.toggle("lively", nodes.size < 400);
  narrow();
  fit();
})();
