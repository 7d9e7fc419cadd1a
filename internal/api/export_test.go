package api

// Answers has a row for each kind of refusal.
var Answers = answers

// RawExamples is the text of the examples, by operation.
func RawExamples() []byte { return examplesText }
