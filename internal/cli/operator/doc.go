// Package operator has the commands of those who run the system: they admit, suspend
// and reinstate merchants, change the operators and name auditors.
package operator
