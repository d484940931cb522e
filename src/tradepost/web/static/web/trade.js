// Looks up players by name where there are too many for a list, and hides the preview button, because
// the page previews balances while the user types.
(function () {
  "use strict";

  document.querySelectorAll(".without-script").forEach((button) => { button.hidden = true; });

  document.querySelectorAll(".look-up").forEach((part) => {
    const number = document.getElementById(part.dataset.for);
    const search = part.querySelector("input");
    part.hidden = false;
    // Typing in the search field must not trigger the preview.
    ["input", "change"].forEach((kind) => part.addEventListener(kind, (event) => event.stopPropagation()));
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    part.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-player]");
      if (!chosen) return;
      number.value = chosen.dataset.player;
      search.value = "";
      part.querySelector(".found").replaceChildren();
      number.dispatchEvent(new Event("input", { bubbles: true }));
      number.focus();
    });
  });
})();
