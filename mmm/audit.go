package mmm

import (
	"fmt"
	"strings"
)

// AuditOptions describes the model that the data are for. The zero value
// counts the parameters of a model with adstock, saturation and an effect per
// channel, without seasonality.
type AuditOptions struct {
	// Parameters is the number of free parameters. 0 means: 3 per channel,
	// 1 per control, 2 per Fourier order, intercept and noise.
	Parameters int
	// FourierOrder is the number of yearly harmonics, 0 for none. It counts
	// only if Parameters is 0.
	FourierOrder int
}

// Thresholds of [Data.Audit]. They mark what a careful analyst would look at,
// not what is forbidden.
const (
	// AuditPeriodsPerParameter is the least number of periods per parameter.
	AuditPeriodsPerParameter = 4
	// AuditYears is the least history: less shows each season only once.
	AuditYears = 2
	// AuditSpendShareLow and High bound media spend as a share of the target.
	AuditSpendShareLow, AuditSpendShareHigh = 0.02, 0.5
	// AuditOutlier is the distance of a period from the median of the target,
	// in median absolute deviations scaled to a normal's sd (Iglewicz and
	// Hoaglin 1993).
	AuditOutlier = 3.5
	// AuditZeroTarget is the share of periods with a target of 0.
	AuditZeroTarget = 0.05
	// AuditCorrelation is that of two channels' spend; AuditVIF the factor by
	// which the other channels widen what can be learnt of one.
	AuditCorrelation, AuditVIF = 0.8, 10
	// AuditActiveShare and AuditActivePeriods are the least with spend.
	AuditActiveShare, AuditActivePeriods = 0.1, 26
	// AuditVariation is the least coefficient of variation of spend.
	AuditVariation = 0.1
	// AuditBurst is the largest period over the median of those with spend.
	AuditBurst = 50
	// AuditDark is a run of periods without spend, as a share of a year.
	AuditDark = 0.25
	// AuditDrift is the factor by which recent spend differs from before.
	AuditDrift = 2
	// AuditUnits is the ratio of the largest to the smallest channel's spend.
	AuditUnits = 1e4
	// AuditControlScale is the largest magnitude of a control: controls enter
	// the model as they are.
	AuditControlScale = 100
	// AuditOutcome is the correlation of a control with the target beyond
	// which it looks like another outcome.
	AuditOutcome = 0.95
)

// Audit looks for what a careful analyst would want to know before fitting:
// too little data, implausible amounts, channels and controls that cannot be
// told apart or never change, outliers that nothing explains. The warnings say
// what was found, what was wanted, and what to do. Data are valid with any of
// them; an empty list promises nothing about the model.
//
// Cost: the controls take O(T·K²) for T periods and K controls.
func (d *Data) Audit(o AuditOptions) Warnings {
	a := &audit{d: d}
	a.size(o)
	a.spendShare()
	a.target()
	a.channels()
	a.channelPairs()
	a.controls()
	return a.found
}

// audit collects warnings about d.
type audit struct {
	d     *Data
	found Warnings
}

func (a *audit) warn(code, subject, format string, args ...any) {
	a.found = append(a.found, Warning{Code: code, Subject: subject, Text: fmt.Sprintf(format, args...)})
}

// periods returns "183 weeks", in the data's own step.
func (a *audit) periods(n int) string { return a.d.step.plural(n) }

// on returns the date of period t.
func (a *audit) on(t int) string { return day(a.d.dates[t]) }

// size compares the periods with the parameters and with the year.
func (a *audit) size(o AuditOptions) {
	n, p := a.d.Len(), o.Parameters
	if p == 0 {
		p = 3*len(a.d.channels) + len(a.d.controls) + 2*o.FourierOrder + 2
	}
	if n < AuditPeriodsPerParameter*p {
		a.warn("few-periods", "size", "%s for %d parameters, %s each (want at least %d): intervals will be wide and lean on the priors; add history, or drop channels, controls and harmonics that matter least",
			a.periods(n), p, FormatNumber(float64(n)/float64(p), 2), AuditPeriodsPerParameter)
	}
	if years := float64(n) / a.d.step.PerYear(); n == 1 || years < AuditYears-0.01 {
		a.warn("short-history", "size", "%s (want at least %d years): a season seen once cannot be told from what happened by chance that year; add history, or leave out seasonality", a.periods(n), AuditYears)
	}
}

// spendShare compares media spend with the target.
func (a *audit) spendShare() {
	spend, target := total(a.d.TotalSpend()), total(a.d.target)
	if spend <= 0 || target <= 0 {
		return // told by other checks
	}
	share := spend / target
	amounts := fmt.Sprintf("media spend is %s of %s, %s of %s (want %s to %s)", FormatPercent(share, 1), a.d.targetName,
		FormatMoney(spend), FormatMoney(target), FormatPercent(AuditSpendShareLow, 0), FormatPercent(AuditSpendShareHigh, 0))
	switch {
	case share < AuditSpendShareLow:
		a.warn("spend-share", "spend", "%s: if media drive 10 to 40 %% of %s, each unit spent returns %s to %s, more than most markets know; check that both have the same currency and scope and that no channel is missing, or read returns as relative between channels",
			amounts, a.d.targetName, FormatNumber(0.1/share, 2), FormatNumber(0.4/share, 2))
	case share > AuditSpendShareHigh:
		a.warn("spend-share", "spend", "%s: if media drive 10 to 40 %% of %s, each unit spent returns only %s to %s; check that both have the same currency and scope, and that the target is not in thousands or in pieces",
			amounts, a.d.targetName, FormatNumber(0.1/share, 2), FormatNumber(0.4/share, 2))
	}
}

// listed joins names as "a, b and c".
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
