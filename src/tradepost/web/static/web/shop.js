// Polls with entity tags, so that unchanged parts cost nothing, and shows what an order will cost.
(function () {
  "use strict";

  const polled = (element) => element instanceof Element && element.dataset.etag !== undefined;

  document.addEventListener("htmx:configRequest", (event) => {
    if (polled(event.detail.elt)) event.detail.headers["If-None-Match"] = `"${event.detail.elt.dataset.etag}"`;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (polled(event.detail.elt) && document.hidden) event.preventDefault();
  });
  // Unchanged parts and failed polls leave the page as it is.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (xhr.status === 304 || (xhr.status >= 400 && polled(requestConfig.elt))) event.detail.shouldSwap = false;
  });

  // When a browser goes back and reloads a form, it restores only values that a user or a script
  // has set. Setting the price keeps the form as it was sent.
  document.querySelectorAll("input[name=expected_price]").forEach((input) => { input.value = input.value; });

  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");
  const total = (price, quantity) => {
    const cents = (BigInt(price.replace(".", "")) * BigInt(quantity)).toString().padStart(3, "0");
    return `${grouped(cents.slice(0, -2))}.${cents.slice(-2)}`;
  };
  const update = (event) => {
    const form = document.getElementById("buy-form");
    const live = document.getElementById("live");
    if (!form || !live) return;
    const quantity = form.elements.quantity.value.trim();
    const readable = /^[0-9]{1,16}$/.test(quantity) && Number(quantity) > 0;
    // The order is sent with the price from when the page was loaded.
    const price = form.elements.expected_price.value;
    const line = form.querySelector(".buy-total");
    line.hidden = !readable || !/^[0-9]+\.[0-9]{2}$/.test(price);
    if (!line.hidden) document.getElementById("total").value = total(price, quantity);
    const short = document.getElementById("short");
    const left = live.dataset.stock;
    let message = "";
    if (readable && left !== "" && left !== "0" && BigInt(quantity) > BigInt(left)) message = `Only ${grouped(left)} left.`;
    // Do not repeat the error that the server has just shown.
    if (!event && form.querySelector(".errorlist")) message = "";
    if (live.dataset.price !== price) message = `The price is ${live.dataset.price} now.`;
    if (short.textContent !== message) short.textContent = message;
  };
  document.addEventListener("input", update);
  document.addEventListener("htmx:afterSettle", update);
  update();
})();
