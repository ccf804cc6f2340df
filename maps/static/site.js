// What a page of the service does beyond plain HTML: asks the device for its place, when the reader presses for it, and
// completes the names of places. What is typed goes into the body of a request, which no log holds.

function useLocation(form) {
  const button = form.querySelector("[data-here]");
  if (!button || !("geolocation" in navigator)) return;
  const said = form.querySelector("[data-said]");
  button.hidden = false;
  button.addEventListener("click", () => {
    said.textContent = button.dataset.wait;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.querySelector("[name=q]").value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
        form.requestSubmit();
      },
      () => { said.textContent = button.dataset.denied; },
      { timeout: 15000, maximumAge: 60000 },
    );
  });
}

/** Offer places that begin with what is typed: a combobox with a list, by keyboard and pointer. */
function completePlaces(form) {
  const box = form.querySelector("[data-complete]");
  if (!box) return;
  const list = document.createElement("ul"), chosen = document.createElement("input");
  let asked = 0, timer = 0, at = -1;
  Object.assign(chosen, { type: "hidden", name: "place", disabled: true });
  Object.assign(list, { id: `${box.id}-list`, className: "completions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.complete);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) box.setAttribute(name, value);
  box.autocomplete = "off";
  box.parentElement.append(list, chosen);
  const countries = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  const title = (one) => [one.name, one.state ? "" : one.region, one.state || countries.of(one.country_code)].filter(Boolean).join(", ");

  function show(places) {
    at = -1;
    box.removeAttribute("aria-activedescendant");
    list.replaceChildren(...places.map((one, place) => {
      const item = document.createElement("li"), people = document.createElement("span");
      Object.assign(item, { id: `${list.id}-${place}`, textContent: `${title(one)} ` });
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      people.textContent = one.people ? one.people.toLocaleString(document.documentElement.lang) : "";
      item.append(people);
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(one); });
      item.choose = () => choose(one);
      return item;
    }));
    list.hidden = !places.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
  }

  function choose(one) {
    box.value = title(one);
    Object.assign(chosen, { value: one.id, disabled: false });
    show([]);
    form.requestSubmit();
  }

  function mark(place) {
    const items = [...list.children];
    if (!items.length) return;
    at = (place + items.length) % items.length;
    items.forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
    box.setAttribute("aria-activedescendant", items[at].id);
    items[at].scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    const mine = ++asked, text = box.value.trim();
    if (text.length < 2 || /^[-+\d.,;\s]*$/.test(text)) return show([]);
    try {
      const answer = await fetch("/api/v1/places/completions", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text: text.slice(0, 200) }),
      });
      if (mine === asked && answer.ok) show((await answer.json()).places);
    } catch { /* the form works without */ }
  }

  box.addEventListener("input", () => {
    chosen.disabled = true;
    clearTimeout(timer);
    timer = setTimeout(ask, 80);
  });
  box.addEventListener("blur", () => { asked += 1; show([]); });
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); mark(event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1); }
    if (event.key === "Escape") { event.preventDefault(); show([]); }
    if (event.key === "Enter" && at >= 0) { event.preventDefault(); list.children[at].choose(); }
  });
}

document.querySelectorAll("[data-ask]").forEach((form) => { useLocation(form); completePlaces(form); });
