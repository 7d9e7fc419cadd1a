package drill

import (
	"fmt"
	"os"
	"testing"
	"time"
)

func TestTmp(t *testing.T) {
	f, _ := os.Open(os.Getenv("H"))
	h, err := ReadHistory(f)
	if err != nil {
		t.Fatal(err)
	}
	err = h.Check(time.Minute)
	fmt.Println(err)
	for _, c := range h.Campaigns {
		if c.ID.String() != os.Getenv("C") {
			continue
		}
		for _, op := range h.of(c.ID) {
			fmt.Printf("%3d %10d %10d %s\n", op.Client, op.Called/1000, op.Told/1000, describe(op.Call, op.Answer))
		}
	}
}
