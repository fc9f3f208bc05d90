// Filters, keys and links of the report. Without it every page still shows everything.
(() => {
  "use strict";

  const items = [...document.querySelectorAll("[data-item]")];
  const form = document.getElementById("filters");
  const fields = ["compound", "question", "kind", "severity"];
  const texts = new Map();

  const fold = (text) => text.trim().toLowerCase().replace(/\s+/g, " ");

  const readText = (item) => {
    const copy = item.cloneNode(true);
    for (const raw of copy.querySelectorAll(".raw")) raw.remove();
    return fold(copy.textContent);
  };

  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, readText(item));
    return texts.get(item);
  };

  const fits = (item, wanted) =>
    fields.every((name) => !wanted[name] || item.dataset[name] === wanted[name]) &&
    (!wanted.text || textOf(item).includes(wanted.text));

  const readForm = () => {
    const values = Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
    return { ...values, text: fold(form.elements.text.value) };
  };

  const showFitting = () => {
    const wanted = readForm();
    let shown = 0;
    for (const item of items) {
      item.hidden = !fits(item, wanted);
      shown += item.hidden ? 0 : 1;
    }
    for (const level of document.querySelectorAll("[data-level]")) {
      level.hidden = !level.querySelector("[data-item]:not([hidden])");
    }
    document.getElementById("nothing").hidden = shown > 0;
    document.getElementById("shown").value = shown === items.length ? `${shown} shown` : `${shown} of ${items.length} shown`;
    return wanted;
  };

  const keepInAddress = (wanted) => {
    const kept = Object.entries(wanted).filter(([, value]) => value);
    const hash = kept.length ? `#${new URLSearchParams(kept)}` : location.pathname;
    history.replaceState(null, "", hash);
  };

  const readAddress = () => {
    const hash = location.hash.slice(1);
    if (hash.includes("=")) {
      const kept = new URLSearchParams(hash);
      for (const name of [...fields, "text"]) form.elements[name].value = kept.get(name) ?? "";
      showFitting();
      return;
    }
    const target = document.querySelector(":target");
    if (target && target.hidden) form.reset();
    showFitting();
    if (target && target.matches("[data-item]")) target.scrollIntoView();
  };

  const move = (step) => {
    const visible = items.filter((item) => !item.hidden);
    const current = visible.indexOf(document.activeElement.closest("[data-item]"));
    const next = visible[current < 0 ? (step > 0 ? 0 : visible.length - 1) : current + step];
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") {
      event.preventDefault();
      form.elements.text.focus();
    }
  };

  if (form && items.length) {
    form.hidden = false;
    form.addEventListener("input", () => keepInAddress(showFitting()));
    form.addEventListener("reset", () => setTimeout(() => keepInAddress(showFitting())));
    form.addEventListener("submit", (event) => event.preventDefault());
    document.addEventListener("keydown", onKey);
    window.addEventListener("hashchange", readAddress);
    readAddress();
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
