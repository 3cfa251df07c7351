// Keeps the focus where it was when a part of the page is asked for again, and tells of new alarms.

let held = null;

function mark(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.dataset.key) return `[data-key="${CSS.escape(element.dataset.key)}"]`;
  const path = element.getAttribute("href");
  if (path) return `a[href="${CSS.escape(path)}"]`;
  const name = element.getAttribute("name");
  return name ? `[name="${CSS.escape(name)}"]` : element.tagName.toLowerCase();
}

// The element of the new part that stands where the focused one stood: the same one, else the one of the same
// place among those alike, else the part itself.
function find(root, { selector, place }) {
  const alike = [...root.querySelectorAll(selector)];
  if (root.matches(selector)) return root;
  return alike[Math.min(place, alike.length - 1)] ?? null;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const focused = document.activeElement;
  const part = event.detail.target;
  held = null;
  if (!event.detail.shouldSwap || !part?.contains(focused) || focused === document.body) return;
  const selector = mark(focused);
  const place = Math.max(0, [...part.querySelectorAll(selector)].indexOf(focused));
  held = { id: part.id, selector, place };
});

document.addEventListener("htmx:afterSettle", () => {
  if (!held) return;
  const part = document.getElementById(held.id);
  if (part && !part.contains(document.activeElement)) {
    const again = find(part, held);
    if (!again) part.setAttribute("tabindex", "-1");
    (again ?? part).focus({ preventScroll: true });
  }
  held = null;
});

// The number of alarms stands in the title of the page as well; a new one is spoken.
const title = document.title;
let known = Number(document.getElementById("bell")?.dataset.count ?? 0);

function ring() {
  const bell = document.getElementById("bell");
  if (!bell) return;
  const count = Number(bell.dataset.count);
  document.title = count ? `(${count}) ${title}` : title;
  if (count > known) document.getElementById("alarm-news").textContent = bell.dataset.news;
  known = count;
}

ring();
document.addEventListener("htmx:afterSettle", ring);
