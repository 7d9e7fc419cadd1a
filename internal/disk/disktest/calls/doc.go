// Package calls runs a program and sees every system call by which the program changes
// files below a directory. It counts these calls. It makes one of them fail, or kills the
// program there, as a full disk, a failing disk and a power cut do. So a test can try each
// call of a command, one after the other.
//
// The calls are seen by ptrace(2), below the program: what a library does by itself is
// seen, too. A program may say where the part begins and ends that is of interest, with
// Begin and End.
//
// # What is lost at a power cut
//
// A disk keeps what was synced. With Lose, a kill takes back all that was not:
//
//   - bytes, lengths and reserved room of a file, unless fsync or fdatasync of the file
//     came after them;
//   - names that were made, changed or removed, unless fsync of their directory came
//     after them.
//
// That is the worst that POSIX allows. File systems lose less.
package calls

import "os"

// The names that nobody has: Begin and End ask for their removal.
const (
	beginName = "/tally-calls-begin"
	endName   = "/tally-calls-end"
)

// Begin tells the one who watches that the part begins which is of interest.
func Begin() { _ = os.Remove(beginName) } // there is no such file

// End tells that it ends. The call by which it tells that counts, as the last one: what a
// program promised before it must hold if the program is killed there.
func End() { _ = os.Remove(endName) }
