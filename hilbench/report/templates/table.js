"use strict";
// Tables: click a heading to sort. That of all cases also takes words to filter by, and a tick to show every column.
// Without scripts they are plain tables of all of it.
(() => {
  const number = (text) => Number(text.replace(/\s/g, ""));

  /** Order of two rows by column `index`; rows without a value come last either way. */
  const order = (index, numeric, direction) => (a, b) => {
    const [left, right] = [a, b].map((row) => row.cells[index].textContent);
    if (left === "–" || right === "–") return (left === "–") - (right === "–");
    const difference = numeric ? number(left) - number(right) : left.localeCompare(right, "en", { numeric: true });
    return direction * difference;
  };

  /** Let the headings of `table` sort its last body; means above it stay where they are. */
  const makeSortable = (table) => {
    const body = [...table.tBodies].at(-1);
    const rows = [...body.rows];
    const headings = [...table.tHead.rows[0].cells];
    const sort = (heading, index) => {
      const descending = heading.getAttribute("aria-sort") === "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const numeric = heading.classList.contains("number");
      body.append(...rows.sort(order(index, numeric, descending ? -1 : 1)));
    };
    headings.forEach((heading, index) => {
      heading.querySelector("button").addEventListener("click", () => sort(heading, index));
    });
  };

  /** Let `form` choose rows and columns of `table`. */
  const makeSelectable = (table, form) => {
    const rows = [...table.tBodies[0].rows];
    const select = () => {
      table.classList.toggle("brief", !form.elements.extra.checked);
      const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        shown += !row.hidden;
      }
      form.querySelector("output").textContent = `${shown} of ${rows.length} cases`;
    };
    form.addEventListener("input", select);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    select();
  };

  document.querySelectorAll("table.cases").forEach(makeSortable);
  const cases = document.querySelector("#cases table");
  if (cases) makeSelectable(cases, document.querySelector("form.filters"));
})();
