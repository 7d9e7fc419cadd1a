package main

import (
	_ "github.com/hyperledger/fabric-sdk-go/pkg/client/ledger"
	_ "github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"
)

func main() {}
