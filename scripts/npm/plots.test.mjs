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
