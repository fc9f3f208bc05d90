// Filters, sorting, keys and links of the report. Without it every page still shows everything.
(() => {
  "use strict";

  const list = document.getElementById("list");
  const form = document.getElementById("filters");
  const help = document.getElementById("help");
  const items = [...document.querySelectorAll("[data-item]")];
  const fields = ["compound", "question", "kind", "severity", "state", "review"];
  const written = [...fields, "source", "text", "sort"];
  const texts = new Map();

  const fold = (text) => text.trim().toLowerCase().replace(/\s+/g, " ");

  const readText = (item) => {
    const skipped = ".raw, .decide-here, .told";
    const walker = document.createTreeWalker(item, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node.nodeType === Node.ELEMENT_NODE
        ? node.matches(skipped) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP
        : NodeFilter.FILTER_ACCEPT,
    );
    const parts = [];
    while (walker.nextNode()) parts.push(walker.currentNode.data);
    return fold(parts.join(""));
  };

  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, readText(item));
    return texts.get(item);
  };

  const fits = (item, wanted) =>
    fields.every((name) => !wanted[name] || item.dataset[name] === wanted[name]) &&
    (!wanted.source || fold(item.dataset.sources).includes(wanted.source)) &&
    (!wanted.text || textOf(item).includes(wanted.text));

  const field = (name) => form.elements.namedItem(name);

  const readForm = () => {
    const values = Object.fromEntries(written.map((name) => [name, field(name)?.value ?? ""]));
    return { ...values, source: fold(values.source), text: fold(values.text) };
  };

  const ORDERS = {
    compound: (item) => item.dataset.compound,
    kind: (item) => item.dataset.kind,
    sources: (item) => -item.dataset.voices,
    review: (item) => ["undecided", "stale", "disputed", "decided"].indexOf(item.dataset.review),
  };
  const severities = [...list?.children ?? []];
  let sorted = "";

  const sortBy = (name) => {
    if (name === sorted) return;
    sorted = name;
    const key = ORDERS[name];
    if (!key) {
      list.append(...severities);
      return;
    }
    const keys = new Map(items.map((item) => [item, key(item)]));
    const compare = (one, other) => (keys.get(one) < keys.get(other) ? -1 : keys.get(one) > keys.get(other) ? 1 : 0);
    list.append(...[...items].sort(compare));
  };

  // So many lines of the index are laid out at once; the next ones when a reader comes near the end.
  const AT_ONCE = list?.matches("ol") ? 100 : Infinity;
  let limit = AT_ONCE;
  const more = document.getElementById("more");

  const showFitting = () => {
    const wanted = readForm();
    sortBy(wanted.sort);
    let shown = 0;
    const levels = new Set();
    for (const item of wanted.sort ? list.querySelectorAll("[data-item]") : items) {
      const fitting = fits(item, wanted);
      const hidden = !fitting || shown >= limit;
      if (item.hidden !== hidden) item.hidden = hidden;
      if (item.classList.contains("later")) item.classList.remove("later");
      if (fitting) {
        shown += 1;
        levels.add(item.dataset.severity);
      }
    }
    more.hidden = shown <= limit;
    more.firstElementChild.textContent = `Show more of ${shown}`;
    for (const level of document.querySelectorAll("[data-level]")) {
      level.hidden = Boolean(wanted.sort) || !levels.has(level.dataset.level);
    }
    document.getElementById("nothing").hidden = shown > 0;
    document.getElementById("shown").value = shown === items.length ? `${shown} shown` : `${shown} of ${items.length} shown`;
    return wanted;
  };

  const showMore = () => {
    limit += AT_ONCE;
    showFitting();
  };

  const choose = () => {
    limit = AT_ONCE;
    keepInAddress(showFitting());
  };

  const keepInAddress = (wanted) => {
    const kept = Object.entries(wanted).filter(([, value]) => value);
    const hash = kept.length ? `#${new URLSearchParams(kept)}` : location.pathname;
    history.replaceState(null, "", hash);
    const everywhere = document.getElementById("everywhere");
    if (everywhere) everywhere.hash = kept.length ? hash : "";
  };

  const findTarget = () => {
    const name = location.hash.slice(1);
    try {
      return document.getElementById(decodeURIComponent(name)) ?? document.getElementById(name);
    } catch {
      return null; // "%" alone is no name
    }
  };

  // A conflict that stands on another page is found by way of the index.
  const follow = (target) => {
    const index = document.getElementById("everywhere");
    if (!target && index && location.hash.startsWith("#conflict-")) {
      location.replace(new URL(location.hash, index.href));
    } else if (target && target.matches("li[data-item]")) {
      location.replace(target.querySelector("a").href);
    }
  };

  const readAddress = () => {
    const hash = location.hash.slice(1);
    if (hash.includes("=")) {
      const kept = new URLSearchParams(hash);
      for (const name of written) if (field(name)) field(name).value = kept.get(name) ?? "";
      keepInAddress(showFitting());
      return;
    }
    const target = findTarget();
    follow(target);
    if (target && target.hidden) form.reset();
    showFitting();
    if (target && target.matches("[data-item]")) {
      target.focus({ preventScroll: true });
      target.scrollIntoView();
    }
  };

  const inOrder = () => [...list.querySelectorAll("[data-item]:not([hidden])")];

  const move = (step) => {
    const visible = inOrder();
    const current = visible.indexOf(document.activeElement.closest("[data-item]") ?? findTarget());
    if (step > 0 && current === visible.length - 1 && !more.hidden) {
      showMore();
      move(step);
      return;
    }
    const next = visible[current < 0 ? (step > 0 ? 0 : visible.length - 1) : current + step];
    if (!next) {
      const page = current < 0 ? null : document.querySelector(step > 0 ? "a[rel=next]" : "a[rel=prev]");
      if (page && visible.length === items.length) location.assign(page.href);
      return;
    }
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  };

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => field("text").focus(),
    "?": () => help?.showModal(),
  };

  const keysOn = document.getElementById("keys-on");
  const remember = (name, value) => {
    try {
      if (value !== undefined) localStorage.setItem(name, value);
      return localStorage.getItem(name);
    } catch {
      return null; // a browser that keeps nothing for files
    }
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
    if (event.target.matches("input, select, textarea")) {
      if (event.key === "Escape") (event.target.closest("[data-item]") ?? event.target).focus();
      if (event.key === "Escape" && !event.target.closest("[data-item]")) event.target.blur();
      return;
    }
    if ((keysOn && !keysOn.checked) || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  };

  if (form && items.length) {
    form.hidden = false;
    form.addEventListener("input", choose);
    form.addEventListener("reset", () => setTimeout(choose));
    more.firstElementChild.addEventListener("click", showMore);
    new IntersectionObserver((seen) => seen[0].isIntersecting && showMore(), { rootMargin: "600px" }).observe(more);
    form.addEventListener("submit", (event) => event.preventDefault());
    document.addEventListener("keydown", onKey);
    window.addEventListener("hashchange", readAddress);
    readAddress();
    const warm = window.requestIdleCallback ?? ((work) => setTimeout(work, 200));
    warm(() => items.forEach(textOf)); // so that the first search need not read the whole page
  }
  if (keysOn) {
    keysOn.checked = remember("claimsift keys") !== "off";
    keysOn.addEventListener("change", () => remember("claimsift keys", keysOn.checked ? "on" : "off"));
    document.getElementById("help-button").addEventListener("click", KEYS["?"]);
  }

  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open]):not(.raw)")];
    for (const part of closed) part.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const part of closed) part.open = false;
  });
})();
