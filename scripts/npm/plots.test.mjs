// Pictures of the figures are drawn from a report of bench.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const script = fileURLToPath(new URL("../plots.mjs", import.meta.url));
const spread = (median) => ({ median, min: median * 0.9, max: median * 1.1 });

const redemptions = {
  name: "redemptions",
  rows: ["tally", "tally, journal", "table"].flatMap((system, i) => [1, 32].map((clients) => ({
    clients, system, "redemptions/s": spread(1000 * (i + 1)), "p50 ms": spread(2), "p99 ms": spread(9),
  }))),
};

function drawn(t, tables) {
  const dir = mkdtempSync(join(tmpdir(), "plots-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const report = join(dir, "report.json");
  writeFileSync(report, JSON.stringify({ machine: "a machine, load average before 1 1 1", began: "2026-12-01T07:00:00Z", tables }));
  return { dir, args: [script, report, dir] };
}

test("a picture names each system and is drawn for its table alone", (t) => {
  const { dir, args } = drawn(t, [redemptions]);
  execFileSync(process.execPath, args);
  const picture = readFileSync(join(dir, "redemptions.svg"), "utf8");
  for (const text of ["tally, journal", "table", "clients at once", "2026-12-01", "stroke-dasharray"]) {
    assert.ok(picture.includes(text), text);
  }
  assert.ok(!picture.includes("load average"));
  assert.ok(!existsSync(join(dir, "size.svg")));
});

test("a report without either table is refused", (t) => {
  const { args } = drawn(t, []);
  const ended = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(ended.status, 1);
  assert.match(ended.stderr, /neither the table of redeem nor that of size/);
});

test("points are medians over the clients in order, with the spread of their own system", (t) => {
  const row = (clients, system, median) => ({
    clients, system, "redemptions/s": { median, min: median / 2, max: median * 1.5 }, "p50 ms": spread(2), "p99 ms": spread(9),
  });
  const { dir, args } = drawn(t, [{
    name: "redemptions", rows: [row(32, "tally", 3000), row(1, "tally", 1000), row(4, "tally", 2000), row(4, "table", 500), row(1, "table", 250)],
  }]);
  execFileSync(process.execPath, args);
  const picture = readFileSync(join(dir, "redemptions.svg"), "utf8");
  const axis = 256.5, middle = 400; // where the first chart has its zero, and where it ends
  const heights = (pattern) => [...picture.matchAll(pattern)]
    .map((found) => found.slice(1).map(Number)).filter(([x]) => x < middle).sort((a, b) => a[0] - b[0])
    .map(([, ...ys]) => ys.map((y) => axis - y));
  for (const [color, medians] of [["#0b6e99", [1000, 2000, 3000]], ["#c2571a", [250, 500]]]) {
    const points = heights(new RegExp(`transform="matrix\\(3,0,0,3,([\\d.]+),([\\d.]+)\\)" fill="#fff" stroke="${color}"`, "g"));
    const spreads = heights(new RegExp(`d="M([\\d.]+) ([\\d.]+)L[\\d.]+ ([\\d.]+)" fill="#000" fill-opacity="0.6" stroke="${color}"`, "g"));
    assert.equal(points.length, medians.length, `${color} has a point for each row of its system`);
    assert.equal(spreads.length, medians.length);
    const near = (got, want) => assert.ok(Math.abs(got - want) <= 1, `${got} and ${want} pixels`);
    const each = heights(/transform="matrix\(3,0,0,3,([\d.]+),([\d.]+)\)" fill="#fff" stroke="#0b6e99"/g).at(-1)[0] / 3000; // pixels, as the highest point has them
    medians.forEach((median, i) => {
      near(points[i][0], median * each);
      near(spreads[i][0], median / 2 * each);
      near(spreads[i][1], median * 1.5 * each);
    });
  }
});
