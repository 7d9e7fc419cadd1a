// Signs messages with the typed data that a server publishes for each intent, and
// nothing else: once with viem, once with ethers, which refuses types that a message
// does not use. A Go test compares the signatures with its own.
//
//   node sign.mjs < {"server": "http://…", "key": "0x…", "messages": [{"intent": "Claim", "message": {…}}]}
import { readFileSync } from 'node:fs'

import { Wallet } from 'ethers'
import { privateKeyToAccount } from 'viem/accounts'

const { server, key, messages } = JSON.parse(readFileSync(0, 'utf8'))
const wallet = new Wallet(key)
const account = privateKeyToAccount(key)
const signed = []
for (const { intent, message } of messages) {
  const published = await (await fetch(`${server}/v1/intents/${intent}`)).json()
  signed.push({
    intent,
    viem: await account.signTypedData({ ...published, message }),
    browser: await account.signTypedData({ ...published, types: { EIP712Domain: published.domainType, ...published.types }, message }),
    ethers: await wallet.signTypedData(published.domain, published.types, message),
  })
}
console.log(JSON.stringify(signed))
