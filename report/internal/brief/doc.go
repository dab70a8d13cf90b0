// Package brief turns the typed results of a notebook into what somebody who
// has to decide reads: sections of plain sentences, cards and tables, with the
// recommendation first and a doubt beside every claim.
//
// Every sentence is made from the numbers. Where the data had little to say,
// it says so. How it looks is for package render to decide.
package brief
