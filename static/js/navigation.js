// Menus of the top bar close on Escape and on a click elsewhere; the current tab is scrolled into view.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

for (const row of document.querySelectorAll(".tabs__row")) {
  const current = row.querySelector("[aria-current]");
  if (!current) continue;
  // Not scrollIntoView, which would scroll the page as well.
  const middle = current.offsetLeft - row.offsetLeft + current.offsetWidth / 2;
  row.scrollLeft = middle - row.clientWidth / 2;
}
