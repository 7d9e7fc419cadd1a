"use strict";
// Shows the entries that have every word of the search. The page works without it.
const field = document.getElementById("search");
const found = document.getElementById("found");
const entries = [...document.querySelectorAll(".entry")].map((entry) => ({ entry, text: entry.textContent.toLowerCase() }));
const look = () => {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { entry, text } of entries) {
    entry.hidden = !words.every((word) => text.includes(word));
    count += entry.hidden ? 0 : 1;
  }
  found.textContent = words.length ? `${count} of ${entries.length}` : "";
};
const reveal = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target && target.tagName === "DETAILS") {
    target.hidden = false;
    target.open = true;
    target.scrollIntoView();
  }
};
field.parentElement.hidden = false;
field.addEventListener("input", look);
addEventListener("hashchange", reveal);
look();
reveal();
