// Package keyfile reads the key files of wsc and says what a responder must
// know of them: which key a file holds, whether others can reach it, whether
// its two halves belong together, and whether it is the file it was before.
//
// It never gives out a byte of a secret key.
package keyfile
