"use strict";
// Sorts and searches tables that are there already; nothing is computed.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const first = [...body.rows];
  const places = new Map(first.map((row, place) => [row, place]));
  const text = (row, column) => row.cells[column].textContent.trim();
  const plain = (word) =>
    word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d");
  const comma = document.documentElement.lang === "vi";
  const number = (word) => {
    const bare = comma ? word.replace(/\./g, "").replace(",", ".") : word.replace(/,/g, "");
    return parseFloat(bare);
  };
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const numbers = head.classList.contains("n");
      const order = (a, b) => {
        const [x, y] = [text(a, column), text(b, column)];
        if (!numbers) return x.localeCompare(y, "vi") || places.get(a) - places.get(b);
        const [m, n] = [number(x), number(y)];
        // What is no number stays below, whichever way.
        if (isNaN(m) || isNaN(n)) return (isNaN(m) - isNaN(n)) * (down ? -1 : 1);
        return m - n || places.get(a) - places.get(b);
      };
      const sorted = [...body.rows].sort(order);
      if (down) sorted.reverse();
      body.append(...sorted);
    });
  });
  const field = document.querySelector(`input[data-for="${table.id}"]`);
  if (field) {
    field.closest(".search").hidden = false;
    field.addEventListener("input", () => {
      const wanted = plain(field.value.trim());
      for (const row of first) row.hidden = !plain(row.textContent).includes(wanted);
    });
  }
}
