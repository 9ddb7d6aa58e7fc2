"use strict";
// The table of cases: click a heading to sort, type words to filter, tick to see every column.
// Without scripts it is a plain table of all of it.
(() => {
  const table = document.querySelector("table.cases");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const headings = [...table.tHead.rows[0].cells];
  const form = document.querySelector("form.filters");
  const count = form.querySelector("output");

  const number = (text) => Number(text.replace(/\s/g, ""));

  /** Order of two rows by column `index`; rows without a value come last either way. */
  const order = (index, numeric, direction) => (a, b) => {
    const [left, right] = [a, b].map((row) => row.cells[index].textContent);
    if (left === "–" || right === "–") return (left === "–") - (right === "–");
    const difference = numeric ? number(left) - number(right) : left.localeCompare(right, "en", { numeric: true });
    return direction * difference;
  };

  const sort = (heading, index) => {
    const descending = heading.ariaSort === "ascending";
    for (const other of headings) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const numeric = heading.classList.contains("number");
    body.append(...rows.sort(order(index, numeric, descending ? -1 : 1)));
  };

  const filter = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    count.textContent = `${shown} of ${rows.length} cases`;
  };

  headings.forEach((heading, index) => {
    heading.querySelector("button").addEventListener("click", () => sort(heading, index));
  });
  form.addEventListener("input", () => {
    table.classList.toggle("brief", !form.elements.extra.checked);
    filter();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  table.classList.add("brief");
  filter();
})();
