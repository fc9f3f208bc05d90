// Verdicts: sent at once where 'claims review' serves the page; kept in this browser, to be exported, elsewhere.
(() => {
  "use strict";

  const items = new Map([...document.querySelectorAll("[data-item]")].map((item) => [item.dataset.conflict, item]));
  const desk = document.getElementById("desk");
  const html = document.documentElement;
  const home = new URL(document.body.dataset.root || "./", location.href);
  const served = "served" in html.dataset;
  const address = new URL("decisions", home);
  const STORE = `claimsift decisions ${home.pathname}`;
  const NAME = "claimsift reviewer";
  const EVERY = 20_000; // milliseconds between two looks at what others decided

  // ------------------------------------------------------------------------------------------------- what is kept

  let fallback = []; // where the browser keeps nothing for files, until the page is closed
  let keeps = true;

  const readKept = () => {
    try {
      return JSON.parse(localStorage.getItem(STORE)) ?? fallback;
    } catch {
      keeps = false;
      return fallback;
    }
  };

  const keep = (decision) => {
    fallback = [...readKept(), decision];
    try {
      localStorage.setItem(STORE, JSON.stringify(fallback));
    } catch {
      keeps = false;
    }
  };

  // What this tab was told goes before what the server proposes, and that before what was typed another day.
  const readName = () => {
    try {
      return sessionStorage.getItem(NAME) ?? (html.dataset.reviewer || localStorage.getItem(NAME)) ?? "";
    } catch {
      return html.dataset.reviewer ?? "";
    }
  };

  const keepName = (text) => {
    try {
      sessionStorage.setItem(NAME, text);
      localStorage.setItem(NAME, text);
    } catch {
      keeps = false;
    }
  };

  // ------------------------------------------------------------------------------------------------- what stands

  const when = (decision) => Date.parse(decision.time);

  const findStanding = (decisions) => {
    const latest = new Map();
    for (const one of [...decisions].sort((left, right) => when(left) - when(right))) {
      latest.set(`${one.conflict_id} ${one.reviewer}`, one);
    }
    const standing = new Map();
    for (const one of latest.values()) {
      if (!one.withdrawn) standing.set(one.conflict_id, [...(standing.get(one.conflict_id) ?? []), one]);
    }
    return standing;
  };

  const embedded = [...items.values()].flatMap((item) => JSON.parse(item.dataset.told ?? "[]"));
  let standing = findStanding(embedded); // as the page itself shows it

  const judge = (item, told) => {
    if (!told.length) return "undecided";
    if (told.some((one) => one.fingerprint !== item.dataset.fingerprint)) return "stale";
    return new Set(told.map((one) => one.verdict)).size > 1 ? "disputed" : "decided";
  };

  // ------------------------------------------------------------------------------------------------- what is drawn

  const say = (name) => name.replaceAll("_", " ");

  const make = (tag, text, ...inside) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    made.append(...inside);
    return made;
  };

  const seenOf = (item) => (item.dataset.seen ? item.dataset.seen.split("\n") : []);

  const drawChanges = (item, decision) => {
    const now = seenOf(item);
    const then = decision.seen ?? [];
    const gone = then.length ? then.filter((line) => !now.includes(line)) : [];
    const come = then.length ? now.filter((line) => !then.includes(line)) : [];
    const lines = [
      ...gone.map((line) => make("li", "", make("del", line))),
      ...come.map((line) => make("li", "", make("ins", line))),
    ];
    if (!lines.length) lines.push(make("li", "The passages have changed; which, the decision does not tell."));
    const changes = make("div", "", make("p", "Since then:"), make("ul", "", ...lines));
    changes.className = "changes";
    return changes;
  };

  const drawTold = (item, decision) => {
    const stale = decision.fingerprint !== item.dataset.fingerprint;
    const day = make("span", ` ${decision.time.slice(0, 10)}${stale ? ", of other passages than now" : ""}`);
    day.className = "tally";
    const line = make("li", "", make("strong", decision.reviewer), `: ${say(decision.verdict)}`, day);
    for (const name of ["value", "context", "error_type", "note"]) {
      if (decision[name]) line.append(` · ${name === "error_type" ? "misread" : name}: ${decision[name]}`);
    }
    if (stale) line.append(drawChanges(item, decision));
    return line;
  };

  const drawForm = (item, told) => {
    const form = item.querySelector(".decide");
    if (!form) return;
    const mine = told.find((one) => one.reviewer === name.value.trim());
    for (const button of form.querySelectorAll("[data-verdict]")) {
      button.setAttribute("aria-pressed", String(mine?.verdict === button.dataset.verdict));
    }
    form.querySelector("[data-undo]").hidden = !mine;
    form.querySelector(".details").hidden = !mine;
    form.querySelector(".for-context").hidden = mine?.verdict !== "both_true_in_context";
    form.querySelector(".for-error").hidden = mine?.verdict !== "extraction_error";
    if (form.contains(document.activeElement) && document.activeElement.matches("input, select")) return;
    for (const field of ["value", "context", "error_type", "note"]) form.elements[field].value = mine?.[field] ?? "";
  };

  const drawItem = (item) => {
    const told = standing.get(item.dataset.conflict) ?? [];
    const review = judge(item, told);
    item.dataset.review = review;
    const chip = item.querySelector("[data-verdict-chip]");
    const verdicts = [...new Set(told.map((one) => say(one.verdict)))];
    chip.hidden = !told.length;
    chip.className = `chip decided ${review}`;
    const names = told.map((one) => one.reviewer).join("; ");
    chip.textContent = `decided: ${verdicts.length > 1 ? "disputed" : verdicts[0]}, ${names}${review === "stale" ? ", stale" : ""}`;
    const list = item.querySelector(".told");
    if (list) {
      list.hidden = !told.length;
      list.replaceChildren(...told.map((one) => drawTold(item, one)));
    }
    drawForm(item, told);
  };

  const drawProgress = () => {
    if (!desk) return;
    const open = [...items.values()].filter((item) => item.dataset.review === "undecided").length;
    const waiting = served ? 0 : countWaiting();
    const done = `${items.size - open} of ${items.size} decided on this page`;
    const where = served
      ? ""
      : keeps
        ? waiting ? `; ${waiting} kept in this browser and not in the report yet` : ""
        : "; this browser keeps nothing for files: export before you close the page";
    report(done + where);
    document.getElementById("export").hidden = served || !readKept().length;
  };

  const countWaiting = () => {
    const known = new Set(embedded.map((one) => `${one.conflict_id} ${one.reviewer} ${when(one)}`));
    const mine = [...findStanding(readKept()).values()].flat();
    return mine.filter((one) => !known.has(`${one.conflict_id} ${one.reviewer} ${when(one)}`)).length;
  };

  const report = (text, wrong = false) => {
    const kept = document.getElementById("kept");
    kept.textContent = text;
    kept.classList.toggle("wrong", wrong);
  };

  const drawAll = (decisions) => {
    const before = standing;
    standing = findStanding(decisions);
    for (const [name, item] of items) {
      const told = standing.get(name);
      if (JSON.stringify(told) !== JSON.stringify(before.get(name))) drawItem(item);
    }
    drawProgress();
  };

  const drawKept = () => drawAll([...embedded, ...readKept()]);

  // ------------------------------------------------------------------------------------------------- what is sent

  const send = async (decision) => {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(decision),
    });
    const content = await answer.json();
    if (!answer.ok) throw new Error(content.error);
    drawAll(content);
  };

  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(address);
      if (answer.ok) drawAll(await answer.json());
    } catch {
      if (desk) report("'claims review' has ended; nothing more is saved.", true);
    }
  };

  const decide = async (item, verdict, withdrawn = false) => {
    const reviewer = name.value.trim();
    if (!reviewer) {
      report("Write your name first: a verdict without one is worth little.", true);
      name.focus();
      return;
    }
    const fields = item.querySelector(".decide").elements;
    const more = withdrawn ? {} : Object.fromEntries(
      ["value", "context", "error_type", "note"].map((field) => [field, fields[field].value.trim()]),
    );
    if (verdict !== "extraction_error") delete more.error_type;
    if (verdict !== "both_true_in_context") delete more.context;
    const decision = {
      conflict_id: item.dataset.conflict,
      fingerprint: item.dataset.fingerprint,
      verdict,
      ...Object.fromEntries(Object.entries(more).filter(([, value]) => value)),
      seen: seenOf(item),
      ...(withdrawn ? { withdrawn } : {}),
      reviewer,
    };
    try {
      if (served) await send(decision);
      else {
        keep({ ...decision, time: new Date().toISOString() });
        drawKept();
      }
    } catch (error) {
      report(`Not saved: ${error.message}`, true);
    }
  };

  const withdraw = (item) => {
    const mine = (standing.get(item.dataset.conflict) ?? []).some((one) => one.reviewer === name.value.trim());
    if (mine) decide(item, "unsure", true);
  };

  const save = () => {
    const lines = readKept().map((decision) => `${JSON.stringify(decision)}\n`);
    const link = make("a");
    link.href = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
    link.download = `decisions-${name.value.trim().replace(/[^\w-]+/g, "-") || "reviewer"}.jsonl`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  // ------------------------------------------------------------------------------------------------- what is set up

  // A form is made when its conflict comes near: two hundred at once would hold up the page.
  const addForm = (item) => {
    if (item.querySelector(".decide")) return;
    near.unobserve(item);
    const form = document.getElementById("decide").content.firstElementChild.cloneNode(true);
    for (const side of item.querySelectorAll(".side:not(.computed) .says")) {
      form.elements.value.append(new Option(side.textContent, side.textContent));
    }
    item.querySelector(".decide-here").append(form);
    drawForm(item, standing.get(item.dataset.conflict) ?? []);
  };

  const near = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => addForm(entry.target)),
    { rootMargin: "1000px" },
  );

  const onClick = (event) => {
    const button = event.target.closest(".decide button[type=button]");
    if (!button) return;
    const item = button.closest("[data-item]");
    if (button.dataset.verdict) decide(item, button.dataset.verdict);
    else withdraw(item);
  };

  const onSubmit = (event) => {
    if (!event.target.matches(".decide")) return;
    event.preventDefault();
    const chosen = event.target.querySelector("[aria-pressed=true]");
    if (chosen) decide(event.target.closest("[data-item]"), chosen.dataset.verdict);
    event.target.closest("[data-item]").focus({ preventScroll: true });
  };

  const onKey = (event) => {
    const item = document.activeElement.closest("[data-item]");
    const off = !document.getElementById("keys-on").checked || document.getElementById("help").open;
    if (!item || off || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, select, textarea")) return;
    addForm(item);
    const verdict = item.querySelectorAll(".decide [data-verdict]")[Number(event.key) - 1];
    if (verdict) decide(item, verdict.dataset.verdict);
    else if (event.key === "u") withdraw(item);
    else if (event.key === "n") {
      const note = item.querySelector(".decide [name=note]");
      if (!note.closest("[hidden]")) {
        event.preventDefault();
        note.focus();
      } else report("Give a verdict first, then a note.", true);
    }
  };

  // The index holds no forms; it only shows what is decided.
  const name = document.getElementById("reviewer") ?? make("input");
  name.value = readName();
  if (desk && items.size) {
    for (const item of items.values()) near.observe(item);
    desk.hidden = false;
    desk.classList.toggle("served", served);
    document.addEventListener("click", onClick);
    document.addEventListener("submit", onSubmit);
    document.addEventListener("keydown", onKey);
    document.getElementById("export").addEventListener("click", save);
    name.addEventListener("input", () => {
      keepName(name.value.trim());
      for (const item of items.values()) drawForm(item, standing.get(item.dataset.conflict) ?? []);
    });
  }
  if (!items.size) return;
  if (served) {
    look();
    window.addEventListener("focus", look);
    setInterval(look, EVERY);
  } else {
    window.addEventListener("storage", drawKept);
    drawKept();
  }
})();
