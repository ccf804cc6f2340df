// A receipt that is kept: copied, printed, and ticked before one goes on. Without a script it can be written down.
const receipt = document.querySelector("[data-keep]");
if (receipt) {
  receipt.hidden = false;
  const said = receipt.querySelector("[data-kept-said]"), sealed = document.querySelector("[data-receipt]");
  const facts = () => [...document.querySelectorAll("dl.facts dt")].map((it) => `${it.textContent}: ${it.nextElementSibling.textContent}`).join("\n");
  const text = () => (sealed ? `${location.href}\n${sealed.textContent}` : facts());
  receipt.querySelector("[data-copy]").addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(text()); said.textContent = said.dataset.done; } catch { said.textContent = said.dataset.failed; }
  });
  receipt.querySelector("[data-print]").addEventListener("click", () => window.print());
  const tick = receipt.querySelector("[data-tick]");
  let kept = false;
  tick.addEventListener("change", () => { kept = tick.checked; });
  const isShown = () => !sealed || sealed.textContent !== "";
  for (const way of document.querySelectorAll(sealed ? "a[href], form button" : "[data-back]")) {
    way.addEventListener("click", (event) => {
      if (!kept && isShown()) { event.preventDefault(); tick.focus(); said.textContent = said.dataset.first; }
    });
  }
}
