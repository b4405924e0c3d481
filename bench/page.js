// Draws the report's page from the data that report.py put beside it.
// Must not compute figures: analysis.py does.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const FEW = 60; // lines of the table that are shown at first
const narrow = () => window.innerWidth < 700;
const state = { ours: data.gpu[0] || Object.keys(data.ours)[0], peer: data.peers[0], dtype: "", group: "",
  order: "size", down: false, all: false };

const time = (s) => {
  for (const [unit, scale] of [
      ["s", 1],
      ["ms", 1e-3],
      ["µs", 1e-6],
      ["ns", 1e-9]
    ])
    if (s >= scale || unit === "ns") return `${Number((s / scale).toPrecision(3))} ${unit}`;
};
const size = (n) => n < 1e4 ? n.toLocaleString("en") : 10 ** Math.round(Math.log10(n)) === n ?
  `10${sup(Math.round(Math.log10(n)))}` : n.toLocaleString("en");
const sup = (n) => [...String(n)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹" [c]).join("");
const unique = (values) => [...new Set(values)];
const escape = (text) => String(text).replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
const plain = (r) => r.layout === "contiguous" || r.layout === "square";
const current = () => data.ours[state.ours];

const layout = (more) => ({
  margin: { l: 60, r: 15, t: 10, b: 50 },
  font: { family: "system-ui, sans-serif", size: 12, color: "#1d2733" },
  paper_bgcolor: "#fff",
  plot_bgcolor: "#fff",
  autosize: true,
  ...more,
});
const draw = (id, traces, more) =>
  Plotly.react(id, traces, layout(more), { responsive: true, displayModeBar: false, scrollZoom: false });

function chooser(where, label, values, chosen, change) {
  const box = document.createElement("label");
  box.textContent = `${label} `;
  const select = document.createElement("select");
  for (const value of values) select.add(new Option(value || "all", value, false, value === chosen));
  select.onchange = () => change(select.value);
  box.append(select);
  byId(where).append(box);
  return select;
}

const factor = (x) => x == null ? "" :
  `<span class="${x >= 1 ? "good" : "bad"}">${x >= 100 ? x.toFixed(0) : x.toFixed(2)}</span>`;

function groups() {
  const rows = current().groups.map((g) =>
    `<tr><td>${g.group}</td><td>${g.sizes === "from" ? "10⁶ and more" : "fewer than 10⁶"}</td>
    <td>${g.lines}</td><td>${g.limit == null || g.sizes !== "from" ? "" : `${(100 * g.limit).toFixed(0)} %`}</td>${data.peers.map((p) => `<td>${factor(g.faster[p])}</td>`).join("")}</tr>`
    );
  byId("groups").innerHTML = `<thead><tr><th>group</th><th>elements</th><th>lines</th><th>of the limit</th>${data.peers.map((p) => `<th>${p}</th>`).join("")}</tr></thead>
    <tbody>${rows.join("")}</tbody>`;
}

// Operations by sizes; colour is the logarithm of the speed-up, white where both are alike.
function heat() {
  const rows = current().rows.filter((r) => plain(r) && r.dtype === state.dtype && state.peer in r.faster && (!state
    .group || r.group === state.group));
  const calls = unique(rows.map((r) => r.function)).reverse();
  const counts = new Map();
  for (const r of rows) counts.set(r.size, (counts.get(r.size) || 0) + 1);
  const most = Math.max(0, ...counts.values());
  const sizes = [...counts].filter(([, n]) => n > most / 8).map(([s]) => s).sort((a, b) => a - b);
  const at = new Map(rows.map((r) => [`${r.function} ${r.size}`, r]));
  const cell = (f, s) => at.get(`${f} ${s}`);
  const shown = calls.filter((f) => sizes.some((s) => cell(f, s)));
  const z = shown.map((f) => sizes.map((s) => (cell(f, s) ? Math.log2(cell(f, s).faster[state.peer]) : null)));
  const text = shown.map((f) => sizes.map((s) => (cell(f, s) ? cell(f, s).faster[state.peer].toFixed(cell(f, s)
    .faster[state.peer] < 10 ? 1 : 0) : "")));
  const hover = shown.map((f) => sizes.map((s) => cell(f, s) ?
    `${escape(cell(f, s).call)}<br>${s.toLocaleString("en")} elements<br>${time(cell(f, s).seconds)}, ${cell(f, s).faster[state.peer].toFixed(2)} times faster than ${state.peer}` :
    ""));
  const ticks = [-3, -2, -1, 0, 1, 2, 3];
  draw("heat", [{
    type: "heatmap",
    x: sizes.map((s) => size(s)),
    y: shown,
    z,
    text,
    texttemplate: "%{text}",
    customdata: hover,
    hovertemplate: "%{customdata}<extra></extra>",
    zmin: -3,
    zmax: 3,
    xgap: 1,
    ygap: 1,
    textfont: { size: narrow() ? 9 : 11 },
    hoverongaps: false,
    colorscale: [
      [0, "#b35806"],
      [0.25, "#f1a340"],
      [0.5, "#f7f7f7"],
      [0.75, "#8fc1e3"],
      [1, "#2166ac"]
    ],
    colorbar: { title: { text: narrow() ? "" : "times faster", side: "right" }, tickvals: ticks, ticktext: ["⅛",
        "¼", "½", "1", "2", "4", "8"
      ], thickness: 12, len: 400, lenmode: "pixels", y: 1, yanchor: "top" },
  }], {
    height: 90 + 18 * Math.max(6, shown.length),
    margin: { l: narrow() ? 110 : 170, r: 10, t: 30, b: 20 },
    xaxis: { side: "top", type: "category", fixedrange: true, title: { text: "" } },
    yaxis: { automargin: true, fixedrange: true, tickfont: { size: narrow() ? 9 : 11 } },
  });
}

function roofline() {
  const all = current().roofline,
    limits = data.limits[current().device];
  const top = Math.max(1, ...all.map((p) => p.size));
  const shown = all.filter((p) => byId("roof-size").value !== "large" || p.size >= Math.min(1e6, top));
  const traces = unique(shown.map((p) => p.group)).map((group) => {
    const points = shown.filter((p) => p.group === group);
    return {
      type: "scatter",
      mode: "markers",
      name: group,
      x: points.map((p) => p.x),
      y: points.map((p) => p.y),
      text: points.map((p) => escape(p.name)),
      hovertemplate: "%{text}<br>%{y:.3s} operations/s<extra></extra>",
      marker: { size: 7, opacity: 0.75 }
    };
  });
  const low = 0.02,
    high = Math.max(200, ...all.map((p) => 1.5 * p.x));
  const reads = limits.bandwidth.filter((r) => r.pattern === "read" || !limits.bandwidth.some((q) => q.pattern ===
    "read"));
  const roofs = [
    ["memory", reads[reads.length - 1]],
    ["cache", reads.reduce((a, b) => (a && a.bytes_per_second > b.bytes_per_second ? a : b), null)]
  ];
  const peak = Math.max(0, ...Object.values(limits.flops));
  for (const [name, row] of roofs.filter(([, r]) => r)) {
    const knee = peak ? Math.min(high, peak / row.bytes_per_second) : high;
    traces.push({
      type: "scatter",
      mode: "lines",
      name: `${name} ${(row.bytes_per_second / 1e9).toFixed(0)} GB/s`,
      x: [low, knee],
      y: [low * row.bytes_per_second, knee * row.bytes_per_second],
      line: { color: "#1d2733", dash: name === "cache" ? "dot" : "solid", width: 1.5 },
      hoverinfo: "name"
    });
  }
  for (const [dtype, rate] of Object.entries(limits.flops))
    traces.push({
      type: "scatter",
      mode: "lines",
      name: `${dtype} ${(rate / 1e9).toFixed(0)} GFLOP/s`,
      x: [0.2, high],
      y: [rate, rate],
      line: { color: "#1d2733", dash: dtype === "float32" ? "dash" : "solid", width: 1 },
      hoverinfo: "name"
    });
  const power = { type: "log", exponentformat: "power", gridcolor: "#e8edf2", dtick: 1, fixedrange: true };
  draw("roof", traces, {
    height: narrow() ? 520 : 560,
    xaxis: { ...power, title: { text: "operations per byte" } },
    yaxis: { ...power, title: { text: "operations per second" } },
    legend: { orientation: "h", y: -0.16, font: { size: 11 } },
    hovermode: "closest",
  });
}

// The sizes from which a GPU is faster; without one a note, and no chart.
function even() {
  if (!data.gpu.length) {
    byId("even-note").innerHTML = `<p class="note"><b>No GPU on this machine</b>, so there is no break-even size, no transfer and no first-call time of a device here.<br>
      <span class="soft">${escape(data.why_no_gpu)}</span></p>`;
    byId("even").remove();
    return;
  }
  const rows = data.break_even.filter((b) => b.side === data.gpu[0] && b.dtype === byId("even-dtype").value && (b
    .resident || b.travelling));
  const never = data.break_even.filter((b) => b.side === data.gpu[0] && b.dtype === byId("even-dtype").value).length -
    rows.length;
  rows.sort((a, b) => (b.resident || Infinity) - (a.resident || Infinity));
  const names = rows.map((b) => `${b.function}${b.layout === "contiguous" ? "" : `, ${b.layout}`}`);
  byId("even-note").innerHTML = `<p class="soft">The elements from which ${escape(data.gpu[0])} beats the CPU, with the arrays on the device already and with sending and fetching them
    for the one call. ${never} operations never do so within the measured sizes.</p>`;
  const dots = (key, name, color) => ({
    type: "scatter",
    mode: "markers",
    name,
    x: rows.map((b) => b[key]),
    y: names,
    marker: { size: 9, color },
    hovertemplate: "%{y}<br>from %{x:.3s} elements<extra></extra>"
  });
  draw("even", [dots("resident", "arrays on the device", "#2166ac"), dots("travelling", "sent and fetched",
    "#f1a340")], {
    height: 120 + 17 * rows.length,
    margin: { l: narrow() ? 110 : 190, r: 15, t: 10, b: 50 },
    legend: { orientation: "h", y: 1.02, yanchor: "bottom" },
    xaxis: { type: "log", exponentformat: "power", dtick: 1, title: { text: "elements" }, fixedrange: true,
      gridcolor: "#e8edf2" },
    yaxis: { automargin: true, fixedrange: true, gridcolor: "#f0f3f6" },
  });
}

function calls() {
  if (!data.calls.length) {
    byId("calls").innerHTML =
      '<p class="note">Not measured: bench_micro_calls was not built (it needs Google Benchmark).</p>';
    return;
  }
  const rows = [...data.calls].reverse();
  draw("calls", [{
      type: "bar",
      orientation: "h",
      y: rows.map((c) => c.name),
      x: rows.map((c) => c.seconds.median * 1e9),
      marker: { color: "#8fc1e3" },
      error_x: { type: "data", symmetric: false, array: rows.map((c) => (c.seconds.q3 - c.seconds.median) * 1e9),
        arrayminus: rows.map((c) => (c.seconds.median - c.seconds.q1) * 1e9), thickness: 1 },
      text: rows.map((c) => time(c.seconds.median)),
      textposition: "inside",
      insidetextanchor: "start",
      hovertemplate: "%{y}: %{x:.0f} ns<extra></extra>",
    }], { height: 70 + 24 * rows.length, margin: { l: 130, r: 20, t: 5, b: 45 },
      xaxis: { title: { text: "nanoseconds" }, fixedrange: true, gridcolor: "#e8edf2" },
    yaxis: { fixedrange: true } });
}

function others() {
  const rows = data.first_calls.map((c) =>
    `<tr><td>${escape(c.side)}</td><td><code>${escape(c.call)}</code></td><td>${time(c.seconds)}</td><td>${time(c.again)}</td></tr>`
    );
  byId("first").innerHTML =
    `<thead><tr><th>library</th><th>call</th><th>first</th><th>second</th></tr></thead><tbody>${rows.join("")}</tbody>`;
  const moves = data.transfers.map((t) => `<tr><td>${escape(t.side)}</td><td>${t.bytes.toLocaleString("en")}</td>${["to_device", "to_host"].map((d) =>
    `<td>${time(t[d].median)}</td><td>${(t.bytes / t[d].median / 1e9).toPrecision(3)}</td>`).join("")}</tr>`);
  byId("moves").innerHTML = moves.length ? `<thead><tr><th>library</th><th>bytes</th><th>to the device</th><th>GB/s</th><th>to the host</th><th>GB/s</th></tr></thead>
    <tbody>${moves.join("")}</tbody>` : "";
}

const COLUMNS = [
  ["call", "call", (r) => `<code>${escape(r.call)}</code>`],
  ["dtype", "dtype", (r) => r.dtype],
  ["layout", "layout", (r) => r.layout],
  ["size", "elements", (r) => r.size.toLocaleString("en")],
  ["seconds", "time", (r) => time(r.seconds)],
  ["spread", "spread", (r) => `${(100 * r.spread).toFixed(0)} %`],
  ["limit", "of the limit", (r) => (r.limit == null ? "" : `${(100 * r.limit).toFixed(0)} %`)],
];
const columns = () => [...COLUMNS, ...data.peers.map((p) => [p, p, (r) => factor(r.faster[p])])];
const cells = (r) => `<tr>${columns().map(([, , text]) => `<td>${text(r)}</td>`).join("")}</tr>`;
const heads = (kind) =>
  `<thead><tr>${columns().map(([key, title]) => `<th class="${kind}" data-key="${key}">${title}</th>`).join("")}</tr></thead>`;
const valueOf = (r, key) => (key in r ? r[key] : r.faster[key]);

function lines() {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean),
    group = byId("group").value;
  const rows = current().rows.filter((r) => (!group || r.group === group) && words.every((w) => r.id.toLowerCase()
    .includes(w)));
  rows.sort((a, b) => {
    const x = valueOf(a, state.order),
      y = valueOf(b, state.order);
    if (x == null || y == null) return (x == null) - (y == null); // what has no figure comes last
    return (x < y ? -1 : x > y) * (state.down ? -1 : 1);
  });
  const few = state.all ? rows : rows.slice(0, FEW);
  byId("lines").innerHTML = `${heads("sortable")}<tbody>${few.map(cells).join("")}</tbody>`;
  for (const head of byId("lines").querySelectorAll("th")) {
    if (head.dataset.key === state.order) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    head.onclick = () => {
      state.down = state.order === head.dataset.key ? !state.down : false;
      state.order = head.dataset.key;
      lines();
    };
  }
  byId("more").hidden = few.length === rows.length;
  byId("more").textContent = `Show all ${rows.length.toLocaleString("en")}`;
}

function worst() {
  const rows = new Map(current().rows.map((r) => [r.id, r]));
  byId("worst-title").textContent = `Worst lines beside ${state.peer}`;
  byId("worst").innerHTML =
    `${heads("")}<tbody>${(current().worst[state.peer] || []).map((id) => cells(rows.get(id))).join("")}</tbody>`;
  byId("furthest").innerHTML =
    `${heads("")}<tbody>${current().furthest.map((id) => cells(rows.get(id))).join("")}</tbody>`;
}

function all() {
  groups();
  heat();
  roofline();
  even();
  calls();
  others();
  worst();
  lines();
}

function start() {
  const contiguous = current().rows.filter(plain);
  const dtypes = unique(contiguous.map((r) => r.dtype));
  state.dtype = dtypes.includes("float64") ? "float64" : dtypes[0];
  if (Object.keys(data.ours).length > 1) chooser("choose", "Lockstep on", Object.keys(data.ours), state.ours, (
  v) => { state.ours = v;
    all(); });
  chooser("heat-controls", "beside", data.peers, state.peer, (v) => { state.peer = v;
    heat();
    worst(); });
  chooser("heat-controls", "dtype", dtypes, state.dtype, (v) => { state.dtype = v;
    heat(); });
  state.group = contiguous.some((r) => r.group === "element-wise") ? "element-wise" : "";
  chooser("heat-controls", "group", ["", ...unique(contiguous.map((r) => r.group))], state.group, (v) => { state
      .group = v;
    heat(); });
  chooser("roof-controls", "cases", ["large", "all"], "large", () => roofline()).id = "roof-size";
  if (data.gpu.length) chooser("even-controls", "dtype", unique(data.break_even.map((b) => b.dtype)), state.dtype,
  () => even()).id = "even-dtype";
  chooser("table-controls", "group", ["", ...unique(current().rows.map((r) => r.group))], "", () => lines()).id =
    "group";
  const filter = document.createElement("input");
  filter.id = "filter";
  filter.placeholder = "words, e.g. sum float64";
  filter.oninput = () => lines();
  byId("table-controls").append(filter);
  byId("more").onclick = () => { state.all = true;
    lines(); };
  all();
}
start();