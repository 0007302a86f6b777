// The phone's place beside what a citizen writes: only when they press the button, and taken back by pressing it again.
const box = document.querySelector("[data-place]");
const [latitude, longitude] = ["latitude", "longitude"].map((name) => document.querySelector(`input[name="${name}"]`));

function keep(north, east, said) {
  latitude.value = north;
  longitude.value = east;
  box.querySelector("[role=status]").textContent = said;
}

if (box && latitude && longitude && "geolocation" in navigator) {
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    if (latitude.value) {
      keep("", "", box.dataset.gone);
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => keep(coords.latitude.toFixed(6), coords.longitude.toFixed(6), box.dataset.done),
      () => keep("", "", box.dataset.failed),
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}
