// Judges govulncheck's JSON output (standard input) by an allow-list whose
// lines are "GO-2024-3099 reason". A finding counts when the code is reached,
// not when it is merely in a required module.
import { readFileSync } from "node:fs";

const lines = readFileSync(process.argv[2], "utf8").split("\n").filter((line) => /^[^#\s]/.test(line));
const allowed = new Map(lines.map((line) => [line.split(/\s/, 1)[0], line.replace(/^\S+\s*/, "")]));

// govulncheck prints one indented object after the other.
const objects = readFileSync(0, "utf8").split(/(?<=^})\n/m).filter((text) => text.trim()).map((text) => JSON.parse(text));
const summaries = new Map(objects.flatMap(({ osv }) => (osv ? [[osv.id, osv.summary ?? osv.details]] : [])));
const reached = new Map(objects.flatMap(({ finding }) => (finding?.trace[0].function ? [[finding.osv, finding]] : [])));

let failed = false;
for (const [id, finding] of reached) {
  const at = finding.trace.at(-1);
  const where = `${at.position?.filename ?? at.package}:${at.position?.line ?? ""} ${at.function}`;
  const reason = allowed.get(id);
  console.log(`${id} ${summaries.get(id)}\n  reached from ${where}; ${finding.fixed_version ? `fixed in ${finding.fixed_version}` : "no fix"}`);
  if (reason) console.log(`  allowed: ${reason}`);
  else if (reason === "") console.log("  scripts/vuln-allow.txt names it without a reason");
  failed ||= !reason;
}
for (const id of allowed.keys()) {
  if (reached.has(id)) continue;
  console.log(`${id} is no longer reached: remove it from scripts/vuln-allow.txt`);
  failed = true;
}
console.log(`vuln: ${reached.size} reached, ${allowed.size} on the allow-list`);
process.exitCode = failed ? 1 : 0;
