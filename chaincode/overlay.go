package chaincode

import (
	"fmt"
	"slices"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

// overlay is a voucher.State over one transaction. Fabric shows a transaction
// the state as it was before it; the overlay shows each command what those
// before it in the same transaction wrote. What is read is read once.
type overlay struct {
	stub    shim.ChaincodeStubInterface
	values  map[string][]byte // read or written
	written []string          // in the order of the first writes: the same at every endorser
}

func newOverlay(stub shim.ChaincodeStubInterface) *overlay {
	return &overlay{stub: stub, values: map[string][]byte{}}
}

// fetch reads many keys in one round trip.
func (o *overlay) fetch(keys []string) error {
	slices.Sort(keys)
	keys = slices.DeleteFunc(slices.Compact(keys), func(key string) bool {
		_, known := o.values[key]
		return known
	})
	if len(keys) == 0 {
		return nil
	}
	values, err := o.stub.GetMultipleStates(keys...)
	if err != nil {
		return fmt.Errorf("read %d states: %w", len(keys), err)
	}
	for i, key := range keys {
		o.values[key] = values[i]
	}
	return nil
}

// Get implements voucher.State.
func (o *overlay) Get(key string) ([]byte, error) {
	if value, ok := o.values[key]; ok {
		return value, nil
	}
	value, err := o.stub.GetState(key)
	if err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	o.values[key] = value
	return value, nil
}

// Put implements voucher.State.
func (o *overlay) Put(key string, value []byte) error {
	if !slices.Contains(o.written, key) {
		o.written = append(o.written, key)
	}
	o.values[key] = value
	return nil
}

// flush gives the writes to the transaction, in one round trip.
func (o *overlay) flush() error {
	o.stub.StartWriteBatch()
	for _, key := range o.written {
		if err := o.stub.PutState(key, o.values[key]); err != nil {
			return fmt.Errorf("write state: %w", err)
		}
	}
	if err := o.stub.FinishWriteBatch(); err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	return nil
}
