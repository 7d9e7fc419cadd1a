// The intents, held against an EIP-712 library that is not ours: viem computes
// the digest of every vector in internal/intent/testdata/vectors.json, recovers
// Go's signature, and signs it itself, which internal/intent recovers.
//
//   node --test scripts/npm/intents.test.mjs            compare
//   UPDATE=1 node --test scripts/npm/intents.test.mjs   write viem.json again
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'

import { compactSignatureToSignature, hashTypedData, keccak256, parseCompactSignature, recoverTypedDataAddress, serializeSignature, stringToHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

const testdata = new URL('../../internal/intent/testdata/', import.meta.url)
const { ledger, vectors } = JSON.parse(readFileSync(new URL('vectors.json', testdata), 'utf8'))

for (const { type, typedData, digest, author, signature } of vectors) {
  const name = typedData.primaryType

  test(`viem hashes ${name} as Go does`, () => {
    assert.deepEqual(typedData.domain, { name: 'Tally', version: '1', salt: ledger })
    assert.equal(hashTypedData(typedData), digest)
    // viem finds the domain's type by itself where a wallet does not send it.
    const { EIP712Domain, ...types } = typedData.types
    assert.equal(EIP712Domain.length, 3)
    assert.equal(hashTypedData({ ...typedData, types }), digest)
  })

  test(`the type string of ${name} is what its types say`, () => {
    const write = (t) => `${t}(${typedData.types[t].map((f) => `${f.type} ${f.name}`).join(',')})`
    const parts = Object.keys(typedData.types).filter((t) => t !== name && t !== 'EIP712Domain').sort()
    assert.equal([name, ...parts].map(write).join(''), type)
    assert.equal(keccak256(stringToHex(type)).length, 66)
  })

  test(`viem recovers the author of ${name} from Go's signature`, async () => {
    assert.equal(signature.length, 2 + 2 * 64)
    const full = serializeSignature(compactSignatureToSignature(parseCompactSignature(signature)))
    const recovered = await recoverTypedDataAddress({ ...typedData, signature: full })
    assert.equal(recovered.toLowerCase(), author)
  })
}

test('viem.json is what viem signs', async () => {
  const account = privateKeyToAccount(`0x${'22'.repeat(31)}01`)
  const signatures = {}
  for (const { typedData } of vectors) {
    signatures[typedData.primaryType] = await account.signTypedData(typedData)
  }
  const text = `${JSON.stringify({ address: account.address.toLowerCase(), signatures }, null, 2)}\n`
  const file = new URL('viem.json', testdata)
  if (process.env.UPDATE) {
    writeFileSync(file, text)
  }
  assert.equal(readFileSync(file, 'utf8'), text)
})
