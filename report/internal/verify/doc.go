// Package verify recomputes what the results in a notebook or a page say of
// each other: parts must add up to totals, shares to 1, budgets to their sum;
// the same number in two places must be the same; scenarios must follow from
// the draws beside them; the sentences of a page must be those that its
// numbers give; and files must be those that were hashed.
//
// It trusts nothing that it can compute. What stands in one place only cannot
// be checked from within: the seal of a page tells that it was changed, not by
// whom. See [Page]. The words of a page are compared with those that this
// version of the program writes: a page of another version is rendered anew
// first.
package verify
