// What a page of the service does beyond plain HTML: asks the device for its place, when the reader presses for it.

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

document.querySelectorAll("[data-ask]").forEach(useLocation);
