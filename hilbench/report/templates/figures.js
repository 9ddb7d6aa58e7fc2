"use strict";
// Figures: marks say what they are (pointer or arrow keys), legends switch series, the energy trace zooms, and each
// panel saves as SVG or prints alone, from which the browser makes PDF. Without scripts they are plain drawings.
(() => {
  const { tables, make, save } = window.hilbench;
  const SVG = make("div", { innerHTML: "<svg></svg>" }).firstChild.namespaceURI;
  const NEAR = 14;
  const tip = make("div", { className: "tip", hidden: true });
  tip.setAttribute("role", "status");
  document.body.append(tip);

  const shape = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  /** The marks of a drawing with their places and rows. */
  const marksOf = (svg) => [...svg.querySelectorAll("path.marks[data-rows]")].flatMap((path) => {
    const rows = path.dataset.rows.split(" ").map(Number);
    return [...path.getAttribute("d").matchAll(/M([\d.]+) ([\d.]+)/g)].map((found, index) => (
      { x: Number(found[1]), y: Number(found[2]), row: rows[index], path }
    ));
  });

  const point = (figure, row) => document.dispatchEvent(new CustomEvent("point", { detail: { table: figure.dataset.rows, row } }));

  const explore = (svg, figure) => {
    const marks = marksOf(svg);
    if (!marks.length) return;
    let at = -1;
    const visible = () => marks.filter((mark) => !mark.path.classList.contains("off"));
    const hide = () => { tip.hidden = true; at = -1; point(figure, undefined); };
    const show = (mark) => {
      at = marks.indexOf(mark);
      tip.replaceChildren(...(tables.get(figure.dataset.rows)?.describe(mark.row) ?? []).map((line) => make("div", { textContent: line })));
      tip.hidden = false;
      const place = new DOMPoint(mark.x, mark.y).matrixTransform(svg.getScreenCTM());
      tip.style.left = `${Math.min(Math.max(8, place.x + 12), innerWidth - tip.offsetWidth - 8) + scrollX}px`;
      tip.style.top = `${place.y + 14 + scrollY}px`;
      point(figure, mark.row);
    };
    svg.addEventListener("pointermove", (event) => {
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      let best = null, least = NEAR;
      for (const mark of visible()) {
        const distance = Math.hypot(mark.x - x, mark.y - y);
        if (distance < least) [best, least] = [mark, distance];
      }
      if (best) { if (marks[at] !== best) show(best); } else if (at >= 0) hide();
    });
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("blur", hide);
    const find = () => at >= 0 && document.dispatchEvent(new CustomEvent("find", { detail: { table: figure.dataset.rows, row: marks[at].row } }));
    svg.addEventListener("click", find);
    svg.tabIndex = 0;
    svg.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") hide();
      else if (event.key === "Enter") find();
      else if (by) {
        event.preventDefault();
        const list = visible().sort((a, b) => a.x - b.x || a.y - b.y);
        if (list.length) show(list[(list.indexOf(marks[at]) + by + list.length) % list.length]);
      }
    });
    document.addEventListener("point", ({ detail }) => {
      svg.querySelectorAll("circle.ring").forEach((ring) => ring.remove());
      if (detail.table !== figure.dataset.rows || detail.row === undefined) return;
      for (const mark of visible()) if (String(mark.row) === String(detail.row)) {
        svg.append(shape("circle", { class: "ring", cx: mark.x, cy: mark.y, r: 7.5, fill: "none", stroke: "var(--text)", "stroke-width": 1.6 }));
      }
    });
  };

  const makeLegend = (figure) => {
    const buttons = [...figure.querySelectorAll(".legend button")];
    const off = new Set();
    for (const button of buttons) button.addEventListener("click", () => {
      const { key } = button.dataset;
      if (!off.delete(key)) off.add(key);
      button.setAttribute("aria-pressed", String(!off.has(key)));
      for (const element of figure.querySelectorAll("[data-series]")) {
        element.classList.toggle("off", element.dataset.series.split("|").some((name) => off.has(name)));
      }
    });
  };

  /** A colour of the style sheet as every program reads it. */
  const plainColour = (colour) => {
    if (!colour || colour === "none") return colour;
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return `#${[...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  };
  const saveDrawing = (svg) => {
    const copy = svg.cloneNode(true);
    const originals = [svg, ...svg.querySelectorAll("*")];
    [copy, ...copy.querySelectorAll("*")].forEach((element, index) => {
      const style = getComputedStyle(originals[index]);
      for (const name of ["fill", "stroke"]) if (element.hasAttribute(name)) element.setAttribute(name, plainColour(style[name]));
      for (const name of Object.keys(element.dataset)) delete element.dataset[name];
    });
    copy.querySelectorAll(".off, .ring").forEach((element) => element.remove());
    copy.setAttribute("xmlns", SVG);
    copy.setAttribute("font-family", "sans-serif");
    save(copy.outerHTML, `${svg.dataset.name}.svg`, "image/svg+xml");
  };
  const printAlone = (panel) => {
    document.body.classList.add("alone");
    panel.classList.add("chosen");
    for (let up = panel.parentElement; up !== document.body; up = up.parentElement) up.classList.add("path");
    print();
    document.body.classList.remove("alone");
    document.querySelectorAll(".chosen, .path").forEach((element) => element.classList.remove("chosen", "path"));
  };

  /** Let the trace zoom: drag over a stretch, keys + and - and the arrows, 0 or a double click for all of it. */
  const zoomable = (svg, tools) => {
    const data = JSON.parse(svg.dataset.trace);
    const [left, top, right, bottom] = svg.dataset.box.split(" ").map(Number);
    const ends = [data.start, data.start + data.step * (data.low.length - 1)];
    const whole = [...svg.querySelectorAll(".current, .ticks, [stroke-dasharray], rect, text[font-size='10.5']:not(g *)")];
    let range = ends;
    const layer = shape("g", {});
    svg.append(layer);
    const draw = () => {
      const [from, to] = range, all = from === ends[0] && to === ends[1];
      for (const element of whole) element.classList.toggle("off", !all && element.getAttribute("y") !== "12");
      layer.replaceChildren();
      if (all) return;
      const x = (time) => left + ((right - left) * (time - from)) / (to - from);
      const y = (ampere) => bottom - ((bottom - top) * ampere) / 1000 / data.top;
      const first = Math.max(0, Math.floor((from - data.start) / data.step)), last = Math.min(data.low.length - 1, Math.ceil((to - data.start) / data.step));
      const upper = [], lower = [];
      for (let index = first; index <= last; index++) {
        const place = Math.min(right, Math.max(left, x(data.start + index * data.step))).toFixed(1);
        upper.push(`${place} ${y(data.high[index]).toFixed(1)}`);
        lower.unshift(`${place} ${y(data.low[index]).toFixed(1)}`);
      }
      layer.append(shape("path", { d: `M${[...upper, ...lower].join("L")}z`, fill: "var(--accent)", stroke: "var(--accent)", "stroke-width": 0.8 }));
      for (const edge of data.edges) if (edge > from && edge < to) layer.append(shape("path", { d: `M${x(edge).toFixed(1)} ${top}V${bottom}`, stroke: "var(--text)", "stroke-dasharray": "3 2" }));
      const rough = (to - from) / 5, power = 10 ** Math.floor(Math.log10(rough));
      const step = power * [1, 2, 5, 10].find((each) => power * each >= rough * 0.999);
      for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
        const label = shape("text", { x: x(time), y: bottom + 14, "text-anchor": "middle", "font-size": 10.5, fill: "var(--soft)" });
        label.textContent = String(Number(time.toPrecision(6)));
        layer.append(label);
      }
    };
    const set = (from, to) => {
      const width = Math.min(Math.max(to - from, 8 * data.step), ends[1] - ends[0]);
      const begin = Math.min(Math.max(from, ends[0]), ends[1] - width);
      range = width === ends[1] - ends[0] ? ends : [begin, begin + width];
      draw();
    };
    const zoom = (factor) => { const middle = (range[0] + range[1]) / 2, half = ((range[1] - range[0]) * factor) / 2; set(middle - half, middle + half); };
    const shift = (by) => set(range[0] + by * (range[1] - range[0]), range[1] + by * (range[1] - range[0]));
    const time = (event) => {
      const { x } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      return range[0] + ((range[1] - range[0]) * (Math.min(right, Math.max(left, x)) - left)) / (right - left);
    };
    let begun = null;
    svg.addEventListener("pointerdown", (event) => { begun = time(event); });
    svg.addEventListener("pointerup", (event) => {
      if (begun === null) return;
      const [from, to] = [begun, time(event)].sort((a, b) => a - b);
      if (to - from > (range[1] - range[0]) / 50) set(from, to);
      begun = null;
    });
    svg.addEventListener("dblclick", () => set(...ends));
    svg.tabIndex = 0;
    const keys = { "+": () => zoom(0.5), "-": () => zoom(2), 0: () => set(...ends), ArrowLeft: () => shift(-0.25), ArrowRight: () => shift(0.25) };
    svg.addEventListener("keydown", (event) => { if (keys[event.key]) { event.preventDefault(); keys[event.key](); } });
    for (const [text, name, act] of [["+", "Zoom in", keys["+"]], ["−", "Zoom out", keys["-"]], ["all", "Whole trace", keys[0]]]) {
      const button = make("button", { type: "button", textContent: text, onclick: act });
      button.setAttribute("aria-label", name);
      tools.append(button);
    }
  };

  for (const figure of document.querySelectorAll("figure")) {
    makeLegend(figure);
    for (const panel of figure.querySelectorAll(".panel")) {
      const svg = panel.querySelector("svg");
      const tools = make("p", { className: "tools" });
      if (svg.dataset.trace) zoomable(svg, tools);
      tools.append(
        make("button", { type: "button", textContent: "SVG", onclick: () => saveDrawing(svg) }),
        make("button", { type: "button", textContent: "PDF", title: "prints this drawing alone", onclick: () => printAlone(panel) }),
      );
      panel.append(tools);
      explore(svg, figure);
    }
  }
})();
