// Package words says numbers in English: rounded by their uncertainty, with
// their unit, and with a probability beside what is claimed.
package words
