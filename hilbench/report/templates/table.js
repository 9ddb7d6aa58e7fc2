"use strict";
// Tables: sort by a heading, turn pages, filter by words, save as CSV or LaTeX. A row that is pointed at is said to the
// figures ("point"), and one that a figure points at is lit here. Without scripts they are plain tables.
(() => {
  const PAGE = 50;
  const number = (text) => Number(text.replace(/[\s,]/g, "").replace("−", "-"));
  /** Text as it is compared: lower case, one sign for "times" and for the space in names. */
  const plain = (text) => text.toLowerCase().replace(/×/g, "x").replace(/[_\s]+/g, " ");
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const save = (text, name, type) => {
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
  };

  /** A whole number in groups of three. */
  const spaced = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");

  const csv = (headings, rows) => {
    const cell = (text) => {
      const digits = text.replace(/\u202f/g, "");
      const value = /^-?[\d.]+$/.test(digits) ? digits : text === "–" ? "" : /^[=+@-]/.test(text) ? `'${text}` : text;
      return /[",\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value;
    };
    return [headings, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
  };
  const latex = (headings, numeric, rows, caption) => {
    const words = {
      "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "×": "$\\times$", "→": "$\\to$",
      "±": "$\\pm$", "µ": "$\\mu$", "η": "$\\eta$", "–": "--", "·": "$\\cdot$", "\u202f": "\\,",
    };
    const cell = (text) => text.replace(/[\\~^×→±µη–·\u202f]|[&%$#_{}]/g, (found) => words[found] ?? `\\${found}`);
    const line = (row) => `  ${row.map(cell).join(" & ")} \\\\`;
    return [
      "% \\usepackage{booktabs}", "\\begin{table}", `  \\caption{${cell(caption)}}`,
      `  \\begin{tabular}{${numeric.map((is) => (is ? "r" : "l")).join("")}}`, "  \\toprule", line(headings), "  \\midrule",
      ...rows.map(line), "  \\bottomrule", "  \\end{tabular}", "\\end{table}", "",
    ].join("\n");
  };

  const setUp = (table) => {
    const section = table.closest("section");
    const store = section.querySelector("script[type='application/json']");
    const body = [...table.tBodies].at(-1);
    const heads = [...table.tHead.rows[0].cells];
    const names = heads.map((head) => head.textContent.trim());
    const numeric = heads.map((head) => head.classList.contains("number"));
    const data = store
      ? JSON.parse(store.textContent)
      : { rows: [...body.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim())) };
    data.rows.forEach((row, index) => row.forEach((cell, column) => { if (cell === 0) row[column] = data.rows[index - 1][column]; }));
    const texts = data.rows.map((row) => plain(row.join(" ")));
    const all = data.rows.map((_, index) => index);
    let shown = all, page = 0, order = null, everything = false;

    const bar = make("p", { className: "tools" });
    const where = make("span");
    const turn = (by) => { page += by; draw(); };
    const back = make("button", { type: "button", textContent: "‹ back", onclick: () => turn(-1) });
    const next = make("button", { type: "button", textContent: "next ›", onclick: () => turn(1) });
    const chosen = () => [names, numeric, shown.map((index) => data.rows[index])];
    bar.append(
      back, where, next,
      make("button", { type: "button", textContent: "CSV", onclick: () => save(csv(names, chosen()[2]), `${section.id}.csv`, "text/csv") }),
      make("button", {
        type: "button", textContent: "LaTeX",
        onclick: () => {
          const visible = heads.map((head, column) => column).filter((column) => heads[column].offsetParent !== null);
          const pick = (row) => visible.map((column) => row[column]);
          const caption = section.querySelector("h2, h3").textContent;
          save(latex(pick(names), pick(numeric), chosen()[2].map(pick), caption), `${section.id}.tex`, "text/x-tex");
        },
      }),
    );
    section.append(bar);

    const draw = () => {
      const pages = Math.max(1, Math.ceil(shown.length / PAGE));
      page = Math.min(Math.max(page, 0), pages - 1);
      const rows = everything ? shown : shown.slice(page * PAGE, (page + 1) * PAGE);
      body.replaceChildren(...rows.map((index) => {
        const row = make("tr", {}, ...data.rows[index].map((text, column) => make("td", { className: heads[column].className, textContent: text })));
        row.dataset.row = index;
        row.tabIndex = -1;
        return row;
      }));
      if (body.rows.length) body.rows[0].tabIndex = 0;
      where.textContent = `${rows.length ? page * PAGE + 1 : 0}–${page * PAGE + rows.length} of ${shown.length}`;
      for (const element of [back, where, next]) element.hidden = pages < 2;
      back.disabled = !page;
      next.disabled = page === pages - 1;
    };
    const arrange = (matching) => {
      shown = matching;
      if (order) {
        const { column, sign } = order;
        shown = [...shown].sort((a, b) => {
          const [left, right] = [data.rows[a][column], data.rows[b][column]];
          if (left === "–" || right === "–") return (left === "–") - (right === "–");
          return sign * (numeric[column] ? number(left) - number(right) : left.localeCompare(right, "en", { numeric: true }));
        });
      }
      draw();
    };
    let matching = all;
    heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      order = { column, sign };
      page = 0;
      arrange(matching);
    }));

    const form = section.querySelector("form.filters");
    if (form) {
      const select = () => {
        table.classList.toggle("brief", !form.elements.extra.checked);
        const words = plain(form.elements.words.value).split(" ").filter(Boolean);
        matching = all.filter((index) => words.every((word) => texts[index].includes(word)));
        page = 0;
        arrange(matching);
        form.querySelector("output").textContent = `${matching.length} of ${all.length} cases`;
      };
      form.addEventListener("input", select);
      form.addEventListener("submit", (event) => event.preventDefault());
      form.hidden = false;
      select();
    } else draw();

    /** The samples of a row: a bar for each value, as high as often as it came. */
    const samples = (index) => {
      const pairs = (data.samples?.[index] ?? "").split(" ").filter(Boolean).map((pair) => pair.split(":").map(Number));
      if (!pairs.length) return make("span", { textContent: "The samples of this row were not kept." });
      const [low, high] = [pairs[0][0], pairs.at(-1)[0]];
      const most = Math.max(...pairs.map((pair) => pair[1]));
      const count = pairs.reduce((sum, pair) => sum + pair[1], 0);
      const bars = pairs.map(([value, times]) => {
        const x = high > low ? 4 + (232 * (value - low)) / (high - low) : 120;
        return `<path d="M${x.toFixed(1)} 40v${(-36 * times) / most}" stroke="var(--accent)" stroke-width="3"/>`;
      });
      const drawing = make("span");
      drawing.innerHTML = `<svg viewBox="0 0 240 42" role="img" aria-label="Distribution of the samples"><path d="M0 40.5h240" stroke="var(--rule)"/>${bars.join("")}</svg>`;
      drawing.append(`${count} warm runs, ${pairs.length} distinct, ${spaced(low)} to ${spaced(high)} cycles`);
      return drawing;
    };
    const toggle = (row) => {
      const open = row.nextElementSibling;
      if (open?.classList.contains("samples")) return open.remove();
      const cell = make("td", { colSpan: heads.length }, samples(Number(row.dataset.row)));
      row.after(make("tr", { className: "samples" }, cell));
    };
    if (data.samples) body.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-row]");
      if (row && !getSelection().toString()) toggle(row);
    });

    /** Rows by the keyboard: the arrows go from one to the next, Enter shows the samples. */
    const walk = (from, way) => {
      let to = from[way];
      while (to && !to.dataset.row) to = to[way];
      if (!to) return;
      from.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    };
    body.addEventListener("keydown", (event) => {
      const row = event.target.closest("tr[data-row]");
      const way = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
      if (!row || !(way || (event.key === "Enter" && data.samples))) return;
      event.preventDefault();
      if (way) walk(row, way);
      else toggle(row);
    });
    body.addEventListener("focusin", (event) => tell(event.target.closest("tr[data-row]")?.dataset.row));
    body.addEventListener("focusout", () => tell(undefined));

    const tell = (row) => document.dispatchEvent(new CustomEvent("point", { detail: { table: section.id, row } }));
    body.addEventListener("pointerover", (event) => tell(event.target.closest("tr[data-row]")?.dataset.row));
    body.addEventListener("pointerleave", () => tell(undefined));
    document.addEventListener("point", ({ detail }) => {
      for (const row of body.rows) row.classList.toggle("lit", detail.table === section.id && row.dataset.row === String(detail.row));
    });
    document.addEventListener("find", ({ detail }) => {
      if (detail.table !== section.id) return;
      if (!shown.includes(detail.row) && form) { form.elements.words.value = ""; form.dispatchEvent(new Event("input")); }
      page = Math.floor(shown.indexOf(detail.row) / PAGE);
      draw();
      const row = body.querySelector(`tr[data-row="${detail.row}"]`);
      row?.classList.add("lit");
      row?.scrollIntoView({ block: "center" });
    });
    const describe = (index) => {
      const value = (name) => { const at = names.indexOf(name); return at < 0 || data.rows[index][at] === "–" ? "" : data.rows[index][at]; };
      const what = ["operator", "shape", "layer", "kernel", "computes", "type", "variant"].map(value).filter(Boolean).join(" ");
      const cycles = value("cycles") && `${value("cycles")} cycles${value("95 %") && ` (95 %: ${value("95 %")})`}`;
      const energy = value("µJ") && `${value("µJ")} µJ${value("± %") && ` ±${value("± %")} %`}`;
      const runs = names.filter((name) => name.startsWith("cycles ") && value(name)).map((name) => `${name.slice(7)}: ${value(name)} cycles`);
      return [what, cycles, energy, ...runs].filter(Boolean);
    };
    window.hilbench.tables.set(section.id, { describe });
    addEventListener("beforeprint", () => { everything = true; draw(); });
    addEventListener("afterprint", () => { everything = false; draw(); });
  };

  window.hilbench = { tables: new Map(), make, save };
  document.querySelectorAll("table.cases").forEach(setUp);
})();
