// Command notes is the chaincode of the network's own tests: it keeps texts
// under names.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

type notes struct{}

// Init implements shim.Chaincode.
func (notes) Init(shim.ChaincodeStubInterface) *peer.Response { return shim.Success(nil) }

// Invoke implements shim.Chaincode.
func (notes) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	function, arguments := stub.GetFunctionAndParameters()
	switch {
	case function == "ready":
		return shim.Success(nil)
	case function == "greeting":
		return shim.Success([]byte(os.Getenv("GREETING")))
	case function == "write" && len(arguments) == 2:
		if err := stub.PutState(arguments[0], []byte(arguments[1])); err != nil {
			return shim.Error(err.Error())
		}
		return shim.Success(nil)
	case function == "read" && len(arguments) == 1:
		text, err := stub.GetState(arguments[0])
		if err != nil {
			return shim.Error(err.Error())
		}
		return shim.Success(text)
	}
	return shim.Error(fmt.Sprintf("%s with %d arguments is unknown", function, len(arguments)))
}

func main() {
	server := shim.ChaincodeServer{
		CCID: os.Getenv("CHAINCODE_ID"), Address: os.Getenv("CHAINCODE_SERVER_ADDRESS"), CC: notes{},
		TLSProps: shim.TLSProperties{
			Key: file("CHAINCODE_TLS_KEY"), Cert: file("CHAINCODE_TLS_CERT"), ClientCACerts: file("CHAINCODE_TLS_CLIENT_CACERT"),
		},
	}
	log.Fatal(server.Start())
}

func file(variable string) []byte {
	text, err := os.ReadFile(os.Getenv(variable))
	if err != nil {
		log.Fatal(err)
	}
	return text
}
