// Package daybook writes a merchant's day-book: every sale and every return as lines,
// in units and in money, by the day that the store's clock showed. A sum is always the
// sum of lines, so a reader who doubts a figure can add its lines up.
//
// A line is what one command did to the vouchers of one campaign. A command with
// vouchers of two campaigns has two lines; its order stands on the first. A hold is no
// sale until it is captured.
//
// An example of a line, as JSON:
//
//	{"command":"0x01…","did":"sale","time":1796083200,"day":"2026-12-01","store":7,
//	 "till":"0x…","campaign":"cmp_000102030405060708090a0b0c0d0e0f","currency":"HKD",
//	 "orders":1,"amount":9600,"units":2,"discount":6400}
package daybook
