// Package headless is what the commands that run notebooks have in common: the
// flags, the choice of the engine, the line on the terminal.
//
// A command embeds [Flags] among its own and calls [Flags.Run].
package headless
