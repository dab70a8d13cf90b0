module mixmodel/mmm/internal/kernel/gen

go 1.25.0

require (
	github.com/mmcloughlin/avo v0.6.0
	mixmodel v0.0.0
)

require (
	golang.org/x/mod v0.29.0 // indirect
	golang.org/x/sync v0.18.0 // indirect
	golang.org/x/tools v0.38.0 // indirect
)

replace mixmodel => ../../../..
