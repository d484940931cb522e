// What is polled costs nothing while nothing changes, and an order tells what it will cost.
(function () {
  "use strict";

  const polled = (element) => element instanceof Element && element.dataset.etag !== undefined;

  document.addEventListener("htmx:configRequest", (event) => {
    if (polled(event.detail.elt)) event.detail.headers["If-None-Match"] = `"${event.detail.elt.dataset.etag}"`;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (polled(event.detail.elt) && document.hidden) event.preventDefault();
  });
  // Of what is polled, an answer that is none leaves the page as it is.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (xhr.status === 304 || (xhr.status >= 400 && polled(requestConfig.elt))) event.detail.shouldSwap = false;
  });

  // A browser that goes back and loads the form anew restores what was changed by hand or by a
  // script: with the price that it was sent with, the form is the same as then.
  document.querySelectorAll("input[name=expected_price]").forEach((input) => { input.value = input.value; });

  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");
  const total = (price, quantity) => {
    const cents = (BigInt(price.replace(".", "")) * BigInt(quantity)).toString().padStart(3, "0");
    return `${grouped(cents.slice(0, -2))}.${cents.slice(-2)}`;
  };
  const tell = (event) => {
    const form = document.getElementById("buy-form");
    const live = document.getElementById("live");
    if (!form || !live) return;
    const quantity = form.elements.quantity.value.trim();
    const readable = /^[0-9]{1,16}$/.test(quantity) && Number(quantity) > 0;
    // The price that the order is sent with, until the page is loaded anew.
    const price = form.elements.expected_price.value;
    const line = form.querySelector(".buy-total");
    line.hidden = !readable || !/^[0-9]+\.[0-9]{2}$/.test(price);
    if (!line.hidden) document.getElementById("total").value = total(price, quantity);
    const short = document.getElementById("short");
    const left = live.dataset.stock;
    let told = "";
    if (readable && left !== "" && left !== "0" && BigInt(quantity) > BigInt(left)) told = `Only ${grouped(left)} left.`;
    // What the server has just said is not said twice.
    if (!event && form.querySelector(".errorlist")) told = "";
    if (live.dataset.price !== price) told = `The price is ${live.dataset.price} now.`;
    if (short.textContent !== told) short.textContent = told;
  };
  document.addEventListener("input", tell);
  document.addEventListener("htmx:afterSettle", tell);
  tell();
})();
