// What strangers read of a ledger, read with a library that is not ours: viem
// takes a log leaf apart, and reads the embedded chain of a tallyd over JSON-RPC.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { createPublicClient, decodeEventLog, fromRlp, hexToNumber, hexToString, http, keccak256, parseAbi, parseAbiItem, toEventSelector } from 'viem'

import { root, start } from './tallyd.mjs'

const contract = '0x7a11700000000000000000000000000000000001'

test('viem takes a leaf apart', () => {
  const leaf = readFileSync(join(root, 'internal/audit/testdata/delivered.leaf'), 'utf8').trim()
  const [format, position, time, id, command, events] = fromRlp(leaf, 'hex')
  assert.equal(hexToString(format), 'tally-leaf-1')
  assert.equal(hexToString(position), '12.0.3')
  assert.equal(hexToNumber(time), 1790000000)
  assert.equal(id.length, 66)
  assert.equal(keccak256(command).length, 66)
  assert.equal(events.length, 1)
  const signature = hexToString(events[0][0])
  const { eventName, args } = decodeEventLog({
    abi: [parseAbiItem(`event ${signature}`)], topics: [toEventSelector(signature)], data: events[0][1],
  })
  assert.equal(eventName, 'VoucherDelivered')
  assert.equal(args[0], '0x000102030405060708090a0b0c0d0e0f')
  assert.equal(args[1], 42)
})

let server, client, ledger
before(async () => {
  server = await start('--rpc-listen', '127.0.0.1:0')
  ledger = server.listening.id
  const { address } = server.lines.find((line) => line.msg === 'serving JSON-RPC')
  client = createPublicClient({ transport: http(`http://${address}`) })
})
after(() => server?.stop())

test('viem reads blocks, receipts and logs', async () => {
  assert.equal(await client.getChainId(), 7411)
  const block = await client.getBlock({ blockTag: 'finalized', includeTransactions: true })
  assert.equal(block.number, await client.getBlockNumber({ cacheTime: 0 }))
  assert.equal(block.transactions.length, 1)
  const [transaction] = block.transactions
  assert.equal(transaction.to, contract)
  assert.equal(transaction.from, block.miner)
  const receipt = await client.getTransactionReceipt({ hash: transaction.hash })
  assert.equal(receipt.status, 'success')
  assert.equal(receipt.contractAddress, null)
  assert.deepEqual(await client.getTransaction({ hash: transaction.hash }), transaction)
  const logs = await client.getLogs({ address: contract, fromBlock: 0n, toBlock: 'latest', event: parseAbiItem('event Founded(bytes32 ledger)') })
  assert.equal(logs.length, 1)
  assert.equal(logs[0].args.ledger, ledger)
  assert.deepEqual(receipt.logs.map((l) => l.logIndex), [0, 1])
})

test('viem reads state', async () => {
  const abi = parseAbi(['function ledgerId() view returns (bytes32)'])
  assert.equal(await client.readContract({ address: contract, abi, functionName: 'ledgerId' }), ledger)
  const proof = await client.getProof({ address: contract, storageKeys: ['0x0000000000000000000000000000000000000000000000000000000000000000'] })
  assert.equal(proof.codeHash, keccak256(await client.getCode({ address: contract })))
  assert.equal(proof.storageProof.length, 1)
})

test('viem cannot write', async () => {
  for (const method of ['eth_sendRawTransaction', 'eth_sendTransaction', 'debug_traceBlock', 'admin_peers', 'personal_sign', 'engine_newPayloadV3']) {
    await assert.rejects(client.request({ method, params: ['0x00'] }), (error) => error.code === -32601, method)
  }
})
