package mmm

// Must returns v, or panics with err if it is not nil. It is for notebooks and
// tests, where a failure should stop the cell and say why.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Must2 is Must for functions with two results, such as [Data.SplitAt].
func Must2[T, U any](v T, w U, err error) (T, U) {
	if err != nil {
		panic(err)
	}
	return v, w
}
