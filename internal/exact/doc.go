// Package exact reads what people and programs write: JSON, whole numbers,
// lengths of time, addresses, names. It has one reader for each kind, for flags,
// files and requests alike. A reader takes one documented form. What has another
// form is refused, and never taken for something similar.
//
// The error of every reader is an *Error. It names the place and what is wanted
// there, with its limits. It never repeats what was read, which may be a secret,
// and never names a type of Go.
package exact
