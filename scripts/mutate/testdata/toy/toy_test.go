package toy

import "testing"

func TestSmall_BelowTheLimit(t *testing.T) {
	if !Small(7) || Small(8) {
		t.Fatal("small is below 8")
	}
}

func TestSteps_AsManyAsAsked(t *testing.T) {
	if Steps(5) != 5 {
		t.Fatal("five steps")
	}
}
