// Draws the balance over the last entries, in the page's colours.
(function () {
  "use strict";

  const box = document.getElementById("chart");
  const data = JSON.parse(document.getElementById("chart-data").textContent);
  const columns = [0, 1, 2].map((place) => data.map((row) => row[place]));
  const when = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const HEIGHT = 240;
  let chart = null;

  const draw = () => {
    const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const soft = token("--tp-ink-soft");
    const grid = { stroke: token("--tp-line"), width: 1 };
    const font = `12px ${token("--tp-font")}`;
    const axis = { stroke: soft, grid, ticks: grid, font };
    const numbers = (_, values) => values.map((value) => value.toLocaleString());
    const steps = uPlot.paths.stepped({ align: 1 });
    const line = (label, scale, stroke, dash) => ({ label, scale, stroke, dash, width: 2, paths: steps, value: (_, value) => value?.toLocaleString() ?? "" });
    const roomy = box.clientWidth > 480;
    const label = (text) => roomy ? { label: text, labelFont: font } : {};
    chart?.destroy();
    chart = new uPlot({
      width: box.clientWidth,
      height: HEIGHT,
      scales: { x: { time: false }, coins: { range: (_, low, high) => [Math.min(0, low), high || 1] }, goods: { range: (_, low, high) => [Math.min(0, low), high || 1] } },
      series: [{ label: "Entry", value: (_, number, __, place) => place == null ? "" : `#${number}, ${when.format(new Date(data[place][3]))}` }, line("Coins", "coins", token("--tp-accent")), line("Goods", "goods", token("--tp-warn"), [6, 4])],
      axes: [{ ...axis, values: (_, ticks) => ticks.map((tick) => Number.isInteger(tick) ? `#${tick}` : "") },
        { ...axis, scale: "coins", ...label("Coins"), values: numbers, size: roomy ? 70 : 50 },
        { ...axis, scale: "goods", ...label("Goods"), values: numbers, side: 1, size: roomy ? 60 : 40, grid: { show: false } }],
      cursor: { drag: { x: false, y: false } },
    }, columns, box);
  };

  box.hidden = false;
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", "The balance over the last entries; the text below says it in words.");
  draw();
  new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: HEIGHT })).observe(box);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();
