// Draws the charts of a page; runs in a browser, after uPlot.
(() => {
  const HEIGHT = 260;
  const COLOURS = 6;
  /** Between two marks of an axis that shows whole things: there is no half of a worker. */
  const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
  const numbers = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
  const axis = {
    stroke: () => colour("--quiet"),
    grid: { stroke: () => colour("--rule"), width: 1 },
    ticks: { stroke: () => colour("--rule"), width: 1 },
  };

  function draw(place) {
    const { x, unit, names, data } = JSON.parse(place.querySelector("script").textContent);
    const shown = (_, value) => (value == null ? "–" : `${numbers.format(value)} ${unit}`.trim());
    const options = {
      width: place.clientWidth,
      height: HEIGHT,
      scales: { x: { time: false }, y: { range: (_, low, high) => [Math.min(low, 0), top(high)] } },
      axes: [
        {
          ...axis,
          label: x,
          ...(data[0].every(Number.isInteger) ? { incrs: WHOLE_STEPS } : {}),
          values: (_, marks) => marks.map((mark) => numbers.format(mark)),
        },
        {
          ...axis,
          label: unit,
          size: 64,
          values: (_, marks) => marks.map((mark) => numbers.format(mark)),
        },
      ],
      series: [
        { label: x, value: (_, value) => (value == null ? "–" : numbers.format(value)) },
        ...names.map((label, index) => ({
          label,
          value: shown,
          width: 2,
          stroke: () => colour(`--series-${(index % COLOURS) + 1}`),
          points: { show: data[0].length < 3 },
        })),
      ],
    };
    // Labels go into the page as text: uPlot sets them as such.
    const chart = new uPlot(options, data, place);
    new ResizeObserver(() => {
      if (place.clientWidth > 0 && place.clientWidth !== chart.width)
        chart.setSize({ width: place.clientWidth, height: HEIGHT });
    }).observe(place);
    return chart;
  }

  /** Some room above the highest value, and any at all where there is none. */
  function top(high) {
    return high > 0 ? high * 1.05 : 1;
  }

  const charts = [...document.querySelectorAll(".chart")].map(draw);
  // Colours are read when a chart is drawn: another scheme and paper have others.
  for (const query of ["(prefers-color-scheme: dark)", "print"])
    matchMedia(query).addEventListener("change", () => {
      for (const chart of charts) chart.redraw(false, true);
    });
})();
