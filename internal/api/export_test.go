package api

// Answers has a row for each kind of refusal.
var Answers = answers
