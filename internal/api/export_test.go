package api

// Answers has a row for each kind of refusal.
var Answers = answers

// RawExamples is the text of the examples, by operation.
func RawExamples() []byte { return examplesText }

// RawOpenAPI is the text of the document, as it is written by hand.
func RawOpenAPI() []byte { return openAPIText }

// ReadOpenAPI reads such a text.
var ReadOpenAPI = readOpenAPI
