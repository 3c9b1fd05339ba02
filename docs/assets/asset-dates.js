/*
 * "Was it wrong on that day?" on the page of a data asset. The answer is put together from the rows
 * of the page's own tables, so that it can say nothing that does not stand there.
 */
"use strict";

(() => {
  const form = document.querySelector(".db-ask");
  if (!form) {
    return;
  }
  const input = form.querySelector("input");
  const answer = form.querySelector(".db-ask__answer");
  const rows = [...document.querySelectorAll("tr[data-repair]")].map((row) => ({
    own: row.closest("table").dataset.whose === "own",
    from: row.dataset.from,
    to: row.dataset.to,
    repair: row.dataset.repair,
    asset: row.querySelector("[data-label='Asset'] a"),
    became: row.querySelector("[data-label='Repair']").textContent.trim().toLowerCase(),
    effect: row.querySelector("[data-label='Effect']").textContent.trim().toLowerCase(),
    outage: row.querySelector("[data-label='Outage']").firstElementChild,
  }));
  const spoken = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

  const verdicts = {
    pending: "Yes, and it has not been repaired: do not rely on it.",
    lost: "Yes, and it is lost for good: do not rely on it.",
    unknown: "Yes, and nobody recorded whether it was repaired.",
    repaired: "It was wrong, and has been repaired.",
    unharmed: "Its data needed no repair.",
  };

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  /* A list of outages: the asset where it is another one, what was wrong, and the outage itself. */
  function list(found) {
    const made = document.createElement("ul");
    for (const row of found) {
      const item = document.createElement("li");
      if (!row.own && row.asset) {
        item.append(row.asset.cloneNode(true), ": ");
      }
      item.append(`${row.effect}, ${row.repair === "unharmed" ? "no repair needed" : row.became} – `);
      item.append(row.outage.firstElementChild.cloneNode(true));
      made.append(item);
    }
    return made;
  }

  function reply(day) {
    answer.replaceChildren();
    answer.dataset.state = "";
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) {
      return;
    }
    const name = spoken.format(new Date(`${day}T00:00Z`));
    const before = (row) => !row.to || day <= row.to;
    const on = (row) => row.from && row.from <= day && before(row);
    const own = rows.filter((row) => row.own && on(row));
    const above = rows.filter((row) => !row.own && on(row));
    // Nobody recorded when these began: what is repaired upstream needs no mention.
    const open = rows.filter((row) => !row.from && before(row));
    const undated = open.filter((row) => row.own || row.repair === "pending");
    if (own.length) {
      const worst = Object.keys(verdicts).find((state) => own.some((row) => row.repair === state));
      answer.dataset.state = worst;
      answer.append(element("p", `${name}: ${verdicts[worst]}`), list(own));
    } else {
      const unsafe = undated.length || above.some((row) => row.repair === "pending");
      answer.dataset.state = unsafe ? "unknown" : "none";
      const none = above.length ? "no outage of it is recorded for this date" : "nothing is recorded";
      const said = undated.length ? "perhaps: not all dates were recorded" : none;
      answer.append(element("p", `${name}: ${said}.`));
    }
    if (above.length) {
      answer.append(element("p", "What it is made from was wrong on that date:"), list(above));
    }
    if (undated.length) {
      answer.append(element("p", "Of these nobody recorded when they began:"), list(undated));
    }
  }

  function ask() {
    const address = new URL(location.href);
    if (input.value) {
      address.searchParams.set("date", input.value);
    } else {
      address.searchParams.delete("date");
    }
    history.replaceState(history.state, "", address);
    reply(input.value);
  }

  form.hidden = false;
  input.value = new URL(location.href).searchParams.get("date") || "";
  input.addEventListener("input", ask);
  reply(input.value);
})();
