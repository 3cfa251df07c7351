// Keys that stand for steps and pages. What has `data-keys="g w"` is followed, pressed or entered when g and w are
// pressed one after the other. Nothing is bound where the officer has switched keys off: there is no help then.

const help = document.getElementById("keys-help");
const PATIENCE = 1500;
let before = "";
let timer = 0;

const typing = (element) =>
  element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button])");

function bound(keys) {
  const found = [...document.querySelectorAll(`[data-keys="${CSS.escape(keys)}"]`)];
  return found.find((element) => element.checkVisibility?.()) ?? found[0];
}

const isStart = (key) => document.querySelector(`[data-keys^="${CSS.escape(key)} "]`) !== null;

function follow(element) {
  if (typing(element)) element.focus();
  else element.click();
}

function rows() {
  return [...document.querySelectorAll("main tbody tr, main ol.timeline > li, main ul.steps > li")]
    .map((row) => row.querySelector("a[href], button"))
    .filter((link) => link && (link.checkVisibility?.() ?? true));
}

function move(by) {
  const links = rows();
  if (!links.length) return;
  const row = document.activeElement.closest("tr, li");
  const at = links.findIndex((link) => row && row.contains(link));
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by));
  links[next].focus();
}

function showHelp() {
  const list = help.querySelector("dl.on-page");
  list.replaceChildren();
  for (const element of document.querySelectorAll("main [data-keys]")) {
    const keys = document.createElement("dt");
    const key = document.createElement("kbd");
    const what = document.createElement("dd");
    key.textContent = element.dataset.keys;
    what.textContent = (element.querySelector("strong") ?? element.labels?.[0] ?? element).textContent.replace(element.dataset.keys, "");
    keys.append(key);
    list.append(keys, what);
  }
  for (const part of help.querySelectorAll(".on-page")) part.hidden = !list.children.length;
  help.showModal();
}

const single = { j: () => move(1), k: () => move(-1), o: () => rows().includes(document.activeElement) && document.activeElement.click(), "?": showHelp };

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const keys = before ? `${before} ${event.key}` : event.key;
  clearTimeout(timer);
  const first = before;
  before = "";
  const element = bound(keys);
  if (element) {
    event.preventDefault();
    follow(element);
  } else if (!first && isStart(event.key)) {
    before = event.key;
    timer = setTimeout(() => { before = ""; }, PATIENCE);
  } else if (!first && single[event.key]) {
    event.preventDefault();
    single[event.key]();
  }
}

if (help) document.addEventListener("keydown", pressed);
