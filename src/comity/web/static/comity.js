// Ticking clocks and small conveniences. Every page says and does the same without this file.
"use strict";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SOON = 8 * HOUR;

// The words of the clocks come with the page, in its language.
const WORDS = JSON.parse(document.body?.dataset.words || "{}");
const say = (pattern, values) => (WORDS[pattern] || "").replace(/\{(\w+)\}/g, (_, name) => values[name]);

function span(milliseconds) {
  const minutes = Math.floor(Math.abs(milliseconds) / MINUTE);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days >= 100) return say("long", { days });
  if (days) return say("days", { days, hours });
  if (hours) return say("hours", { hours, minutes: String(minutes % 60).padStart(2, "0") });
  return say("minutes", { minutes: minutes % 60 });
}

// The same states and words as `clock` in templatetags/comity.py.
function read(clock, at) {
  const due = Date.parse(clock.dataset.due);
  const latest = Date.parse(clock.dataset.latest || clock.dataset.due);
  if (at > latest) return ["late", say("late", { span: span(at - latest) })];
  if (at > due) return ["overdue", say("overdue", { span: span(latest - at) })];
  return [due - at < SOON ? "soon" : "running", span(due - at)];
}

function tick() {
  const at = Date.now() + skew;
  for (const clock of document.querySelectorAll("[data-due]")) {
    const [state, words] = read(clock, at);
    const text = clock.querySelector(".time-left");
    if (text.textContent !== words) text.textContent = words;
    const run = clock.querySelector(".bar .run");
    const from = Date.parse(clock.dataset.from);
    const due = Date.parse(clock.dataset.due);
    if (run && due > from) run.setAttribute("width", Math.min(100, Math.max(0, (100 * (at - from)) / (due - from))));
    if (clock.classList.contains(`is-${state}`)) continue;
    clock.classList.remove("is-running", "is-soon", "is-overdue", "is-late");
    clock.classList.add(`is-${state}`);
    const announcer = document.getElementById("clock-news");
    if (announcer) announcer.textContent = `${clock.dataset.name || WORDS.name}: ${words}`;
  }
}

// The clock of this machine may be wrong; that of the node counts.
const served = Date.parse(document.querySelector("[data-served]")?.dataset.served || "");
const skew = Number.isNaN(served) ? 0 : served - Date.now();

document.addEventListener("DOMContentLoaded", () => {
  tick();
  setInterval(tick, 1000);
});
document.addEventListener("htmx:afterSwap", tick);

// One form, one press: a second press of the same button would only meet a conflict.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 3000);
});

// How far an upload has come.
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("progress");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});

// A menu of the top is left by Escape, by a press beside it, and by going on to what comes after it.
function leaveMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const escaped = event.key === "Escape";
    if (!escaped && (event.type === "keydown" || menu.contains(event.target))) continue;
    if (escaped && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}
for (const kind of ["click", "keydown", "focusin"]) document.addEventListener(kind, leaveMenus);
