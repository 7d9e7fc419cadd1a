// A tallyd with an embedded chain of its own, for tests that ask it from outside.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

// start builds and starts one. lines are what its log says until it listens.
export async function start(...flags) {
  const dir = mkdtempSync(join(tmpdir(), 'tally-'))
  const tallyd = join(dir, 'tallyd')
  execFileSync('go', ['build', '-buildvcs=false', '-trimpath', '-o', tallyd, './cmd/tallyd'], { cwd: root })
  const server = spawn(tallyd, [
    'serve', '--data', join(dir, 'data'), '--listen', '127.0.0.1:0', '--operator', '0x0123456789012345678901234567890123456789', ...flags,
  ], { stdio: ['ignore', 'ignore', 'pipe'] })
  const lines = []
  for await (const text of createInterface(server.stderr)) {
    lines.push(JSON.parse(text))
    if (lines.at(-1).msg === 'listening') break
  }
  const stop = async () => {
    if (server.exitCode === null) {
      const ended = new Promise((done) => server.once('exit', done))
      server.kill()
      await ended
    }
    rmSync(dir, { recursive: true, force: true })
  }
  return { dir, lines, stop, listening: lines.at(-1) }
}
