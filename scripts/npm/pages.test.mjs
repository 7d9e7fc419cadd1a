// The pages of a server, read with a real browser: Chromium obeys their
// Content-Security-Policy, and shows what is there when their script has run.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'

import { root, start } from './tallyd.mjs'

const run = promisify(execFile)

let server, origin
before(async () => {
  server = await start()
  origin = `http://${server.listening.address}`
})
after(() => server?.stop())

// browse is what Chromium makes of a page, and what it complains of.
async function browse(path, ...flags) {
  const { stdout, stderr } = await run('chromium', [
    '--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(server.dir, 'browser')}`, '--enable-logging=stderr',
    '--virtual-time-budget=2000', ...flags, '--dump-dom', origin + path,
  ], { timeout: 120_000, maxBuffer: 64 << 20 })
  return { dom: stdout, complaints: stderr.split('\n').filter((line) => line.includes('CONSOLE')) }
}

for (const path of ['/', '/docs', '/problems', '/problems/held']) {
  test(`a browser shows ${path} and complains of nothing`, async () => {
    const { dom, complaints } = await browse(path)
    assert.match(dom, /<h1>/)
    assert.deepEqual(complaints, [])
  })
}

test('the script of /docs runs, opens what the address names, and leads to every route', async () => {
  const { dom } = await browse('/docs#redeem')
  assert.match(dom, /<p class="search">/, 'the search is hidden where the script does not run')
  assert.match(dom, /<details class="entry" id="redeem" open="">/)
  const { paths } = await (await fetch(`${origin}/v1/openapi.json`)).json()
  for (const { operationId } of Object.values(paths).flatMap(Object.values)) {
    assert.ok(dom.includes(`id="${operationId}"`), operationId)
  }
  for (const [, name] of dom.matchAll(/href="#([^"]+)"/g)) {
    assert.ok(dom.includes(`id="${name}"`), `#${name} leads nowhere`)
  }
})

test('/docs has no reference that a reader would have to resolve', async () => {
  const page = await (await fetch(`${origin}/docs`)).text()
  assert.doesNotMatch(page, /\$ref/)
})

test('/ is JSON for programs', async () => {
  const { ledger, links } = await (await fetch(origin, { headers: { Accept: 'application/json' } })).json()
  assert.equal(ledger, server.listening.id)
  for (const path of Object.values(links)) {
    const { status } = await fetch(origin + path)
    assert.ok(status === 200 || path === links.log && status === 401, `${path}: ${status}`)
  }
})

test('the document is valid, examples included, for a linter that is not ours', async () => {
  const file = join(server.dir, 'openapi.yaml')
  writeFileSync(file, await (await fetch(`${origin}/v1/openapi.yaml`)).text())
  const npm = join(root, 'scripts/npm')
  const { stdout } = await run(join(npm, 'node_modules/.bin/redocly'), ['lint', '--config', join(npm, 'redocly.yaml'), file], {
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }, timeout: 120_000,
  }).catch((error) => assert.fail(error.stdout + error.stderr))
  assert.doesNotMatch(stdout, /error/)
})
