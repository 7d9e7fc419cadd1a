// Draws the figures of a report of bench as pictures:
//
//   node scripts/plots.mjs REPORT.json DIRECTORY
//
// redemptions.svg has rate and latency over the number of clients, size.svg has what a
// ledger costs over the number of its claimed vouchers. A picture is drawn if its table is
// in the report. Points are medians of the runs; a line goes from the least to the greatest.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const echarts = createRequire(new URL("./npm/package.json", import.meta.url))("echarts");

const [reportPath, directory] = process.argv.slice(2);
if (!reportPath || !directory) {
  console.error("usage: node scripts/plots.mjs REPORT.json DIRECTORY");
  process.exit(2);
}

const panel = { width: 400, height: 250, left: 66, right: 20, top: 64, bottom: 44 };

/** One figure over one column, a line for each of the systems. */
function chart(rows, { title, by, over, xName, figure, dash, log }) {
  const lines = [];
  for (const name of new Set(rows.map((row) => row[by]))) {
    for (const [column, type] of [[figure, "solid"], ...(dash ? [[dash, "dashed"]] : [])]) {
      const points = rows
        .filter((row) => row[by] === name && row[column] != null)
        .map((row) => [row[over], row[column].median ?? row[column], row[column].min, row[column].max]);
      if (points.length) lines.push({ name, type, points });
    }
  }
  return { title, xName, log, lines };
}

/** The options of a picture with charts beside each other. */
function picture(heading, note, charts, perRow) {
  const rows = Math.ceil(charts.length / perRow);
  const width = panel.width * perRow, height = 50 + panel.height * rows;
  const names = [...new Set(charts.flatMap((c) => c.lines.map((l) => l.name)))];
  const colors = ["#0b6e99", "#c2571a", "#4a7c2c", "#7a4fa3", "#8a8a8a"];
  const options = {
    animation: false, backgroundColor: "#ffffff",
    title: [{ text: heading, subtext: note, left: 8, top: 4, textStyle: { fontSize: 15 }, subtextStyle: { fontSize: 10 } }],
    legend: { data: names, right: 12, top: 8, textStyle: { fontSize: 11 } },
    grid: [], xAxis: [], yAxis: [], series: [],
  };
  charts.forEach((c, i) => {
    const left = (i % perRow) * panel.width + panel.left, top = 50 + Math.floor(i / perRow) * panel.height + 36;
    options.grid.push({ left, top, width: panel.width - panel.left - panel.right, height: panel.height - 36 - panel.bottom });
    options.title.push({ text: c.title, left: left - 50, top: top - 30, textStyle: { fontSize: 12, fontWeight: "normal" } });
    options.xAxis.push({
      gridIndex: i, type: "category", data: [...new Set(c.lines.flatMap((l) => l.points.map((p) => p[0])))].sort((a, b) => a - b).map(String),
      name: c.xName, nameLocation: "middle", nameGap: 26, boundaryGap: true,
    });
    options.yAxis.push({ gridIndex: i, type: c.log ? "log" : "value", min: c.log ? "dataMin" : 0, splitLine: { lineStyle: { color: "#e6e6e6" } } });
    for (const line of c.lines) {
      const color = colors[names.indexOf(line.name) % colors.length];
      const axes = { xAxisIndex: i, yAxisIndex: i };
      options.series.push({
        ...axes, name: line.name, type: "line", symbolSize: 6, itemStyle: { color }, lineStyle: { type: line.type, width: 1.5 },
        data: line.points.map((p) => [String(p[0]), p[1]]),
      });
      options.series.push({
        ...axes, type: "custom", silent: true, data: line.points.filter((p) => p[2] != null).map((p) => [String(p[0]), p[2], p[3]]),
        renderItem: (_, api) => {
          const [x, low] = api.coord([api.value(0), api.value(1)]), [, high] = api.coord([api.value(0), api.value(2)]);
          return { type: "line", shape: { x1: x, y1: low, x2: x, y2: high }, style: { stroke: color, lineWidth: 1, opacity: 0.6 } };
        },
        encode: { x: 0, y: [1, 2] },
      });
    }
  });
  return { width, height, options };
}

function draw(name, { width, height, options }) {
  const page = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  page.setOption(options);
  const path = join(directory, name);
  writeFileSync(path, page.renderToSVGString() + "\n");
  page.dispose();
  console.log(path);
}

const report = JSON.parse(readFileSync(reportPath, "utf8"));
const table = (name) => report.tables.find((t) => t.name === name)?.rows;
const note = `${report.machine.replace(/, load.*/, "")}; ${report.began.slice(0, 10)}`;
mkdirSync(directory, { recursive: true });

const redemptions = table("redemptions");
if (redemptions) {
  const over = { by: "system", over: "clients", xName: "clients at once" };
  draw("redemptions.svg", picture("Redemptions", note, [
    chart(redemptions, { ...over, title: "redemptions a second", figure: "redemptions/s" }),
    chart(redemptions, { ...over, title: "latency, ms: p50, and p99 dashed", figure: "p50 ms", dash: "p99 ms", log: true }),
  ], 2));
}

const size = table("cost by the ledger's size");
if (size) {
  const over = { by: "ledger", over: "claimed", xName: "claimed vouchers" };
  draw("size.svg", picture("Cost over the ledger's size", `${note}; 32 clients`, [
    chart(size, { ...over, title: "redemptions a second", figure: "redemptions/s" }),
    chart(size, { ...over, title: "processor ms of a redemption, at the server", figure: "processor ms" }),
    chart(size, { ...over, title: "seconds until tallyd is ready", figure: "ready s" }),
    chart(size, { ...over, title: "MiB resident at rest", figure: "memory MiB" }),
  ], 2));
}
if (!redemptions && !size) {
  console.error(`plots: ${reportPath} has neither the table of redeem nor that of size`);
  process.exit(1);
}
