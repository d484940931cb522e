// Pauses the overview's updates, and copies API keys. The pages work without it.
(function () {
  "use strict";

  let paused = false;
  const isPolling = (event) => event.detail.elt.id === "now";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isPolling(event) && (paused || document.hidden)) event.preventDefault();
  });
  // Nothing changed.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 304) event.detail.shouldSwap = false;
  });
  document.querySelectorAll("#pause").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      paused = !paused;
      button.setAttribute("aria-pressed", String(paused));
    });
  });

  document.querySelectorAll("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).textContent;
      const status = document.getElementById(button.dataset.said);
      try {
        await navigator.clipboard.writeText(text);
        status.textContent = "Copied.";
      } catch {
        status.textContent = "The browser did not allow it: select the key and copy it.";
      }
    });
  });
})();
