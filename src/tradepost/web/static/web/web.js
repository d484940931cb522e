// Enhances the pages; every page works without it.
(function () {
  "use strict";

  const asLocal = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  const localise = (root) => {
    root.querySelectorAll("time[datetime]:not([data-local])").forEach((time) => {
      time.title = time.textContent;
      time.textContent = asLocal.format(new Date(time.dateTime));
      time.dataset.local = "";
    });
  };

  const showFailure = (text) => {
    const box = document.createElement("div");
    box.className = "alert alert-danger";
    box.textContent = text;
    document.getElementById("messages").replaceChildren(box);
  };

  localise(document);
  document.addEventListener("htmx:load", (event) => localise(event.detail.elt));
  document.addEventListener("htmx:sendError", (event) => showFailure(
    event.detail.requestConfig.verb === "get"
      ? "The server cannot be reached: what you see may be old."
      : "The server cannot be reached. Nothing is lost: send it again, it is done once."));
  // htmx ignores error responses by default, but a refused form or a missing page has a text.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400 && event.detail.xhr.responseText) event.detail.shouldSwap = true;
  });

  document.querySelectorAll(".theme-switch").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const dark = document.documentElement.dataset.bsTheme === "dark";
      localStorage.setItem("theme", dark ? "light" : "dark");
      window.applyTheme();
    });
  });

  // A form that is sent again after going back is the same act, even if the browser reloaded the
  // page: the form gets back the key that it was sent with.
  const keyOf = (form) => form.querySelector("input[type=hidden][name=key]");
  const nameOf = (form) => `${[...document.forms].indexOf(form)} ${form.action}`;
  const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const sent = (cameBack && history.state?.sent) || {};
  [...document.forms].forEach((form) => { if (keyOf(form) && sent[nameOf(form)]) keyOf(form).value = sent[nameOf(form)]; });

  // Ignore a second click while the first submission is in progress.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    if (!keyOf(form)) return;
    sent[nameOf(form)] = keyOf(form).value;
    history.replaceState({ ...history.state, sent }, "");
  });
  document.addEventListener("htmx:afterRequest", (event) => { delete event.detail.elt.dataset.sent; });
  window.addEventListener("pageshow", () =>
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

  document.querySelector("#form-errors")?.focus();
})();
