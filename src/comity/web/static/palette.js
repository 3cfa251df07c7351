// The palette of commands: a combobox in a dialog. /commands/ shows the same list without this file.

const palette = document.getElementById("palette");

function open() {
  palette.showModal();
  text.value = "";
  ask();
  text.focus();
}

let asked = 0;

async function ask() {
  const mine = ++asked;
  const address = new URL(palette.dataset.list, location.href);
  address.searchParams.set("q", text.value);
  if (palette.dataset.case) address.searchParams.set("case", palette.dataset.case);
  const answer = await fetch(address, { headers: { accept: "application/json" } }).catch(() => null);
  if (mine !== asked) return;
  show(answer?.ok ? (await answer.json()).commands : []);
}

function show(commands) {
  list.replaceChildren(...commands.map(option));
  news.textContent = commands.length ? `${palette.dataset.some} ${commands.length}` : palette.dataset.none;
  choose(0);
}

function option(command, number) {
  const item = document.createElement("li");
  item.id = `command-${number}`;
  item.setAttribute("role", "option");
  item.dataset.url = command.url;
  for (const [tag, words] of [["span", command.title], ["small", command.kind], ["kbd", command.keys]]) {
    if (!words) continue;
    const part = document.createElement(tag);
    part.textContent = words;
    item.append(part, " ");
  }
  item.addEventListener("click", () => go(item));
  return item;
}

function choose(number) {
  const items = [...list.children];
  if (!items.length) return text.removeAttribute("aria-activedescendant");
  const chosen = items[(number + items.length) % items.length];
  for (const item of items) item.setAttribute("aria-selected", String(item === chosen));
  text.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}

const current = () => [...list.children].findIndex((item) => item.getAttribute("aria-selected") === "true");

function go(item) {
  if (!item) return;
  palette.close();
  location.assign(item.dataset.url);
}

const keys = {
  ArrowDown: () => choose(current() + 1),
  ArrowUp: () => choose(current() - 1),
  Enter: () => go(list.children[current()]),
};

const text = document.getElementById("palette-text");
const list = document.getElementById("palette-list");
const news = document.getElementById("palette-news");

if (palette) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    open();
  });
  text.addEventListener("input", ask);
  text.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}
