// Package toy is what the mutator is tried on.
package toy

const limit = 1 << 3

// Small reports whether n is small.
func Small(n uint8) bool { return n < limit }

// Steps counts down from n to 0, where only the end is looked at.
func Steps(n int) (steps int) {
	for n > 0 && steps < 100 {
		n--
		steps++
	}
	return steps
}
