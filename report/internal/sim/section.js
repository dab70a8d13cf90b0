"use strict";
(() => {
	// Saturation: value of the curve at x for parameters a, b, c, d. Its slope
	// there is left in slope[0], which is not boxed; what would be infinite is the
	// largest number.
	const slope = new Float64Array(1);
	const { exp, log, expm1, tanh, min, max, abs, floor } = Math, most = Number.MAX_VALUE;
	const sigmoid = u => 1 / (1 + exp(-u));
	const bend = (x, height, steepness) => {
		steepness = min(steepness, 1e300);
		const g = tanh(steepness * x / 2);
		slope[0] = height * steepness / 2 * (1 - g * g);
		return height * g;
	};
	const atZero = (scale, power) => {
		slope[0] = power < 1 && scale > 0 ? most : power === 1 ? min(scale, most) : 0;
		return 0;
	};
	const curves = {
		"logistic": (x, beta, lam) => bend(x, beta, lam),
		"inverse-scaled-logistic": (x, beta, lam) => bend(x, beta, log(3) / lam),
		"tanh": (x, b, c) => bend(x, b, 2 / b / c),
		"tanh-baselined": (x, beta, x0, gain, r) => {
			r = max(r, 1e-9);
			return bend(x, beta * gain * x0 / r, 2 * Math.atanh(r) / x0);
		},
		"michaelis-menten": (x, alpha, lam) => {
			const q = min(1 / (lam + x), most);
			slope[0] = min(alpha * (lam * q) * q, most);
			return alpha * (x * q);
		},
		"hill": (x, beta, power, kappa) => {
			if (x === 0) return atZero(beta / kappa ** power, power);
			const u = power * log(x / kappa), g = sigmoid(u);
			slope[0] = min(beta * power * (g * sigmoid(-u) / x), most);
			return beta * g;
		},
		"hill-sigmoid": (x, sigma, beta, lam) => {
			const u = beta * (x - lam), g = sigmoid(u);
			slope[0] = sigma * beta * (g * sigmoid(-u));
			return sigma * (g * sigmoid(beta * lam) * -expm1(-beta * x));
		},
		"root": (x, beta, alpha) => {
			if (x === 0) return atZero(beta, alpha);
			const g = x ** alpha;
			slope[0] = min(beta * alpha * (g / x), most);
			return beta * g;
		},
		"log": (x, beta) => { slope[0] = beta / (1 + x); return beta * Math.log1p(x); },
		"none": (x, beta) => { slope[0] = beta; return beta * x; },
	};

	// Adstock: logarithm of the weight at lag l of n.
	const power = (exponent, base) => exponent === 0 ? 0 : exponent * log(base);
	const logWeights = {
		"geometric": (l, n, alpha) => power(l, alpha),
		"delayed": (l, n, alpha, theta) => power((l - theta) ** 2, alpha),
		"binomial": (l, n, alpha) => l === 0 ? 0 : (1 / alpha - 1) * log(1 - l / (n + 1)),
		"weibull-pdf": (l, n, lam, k) => l === 0 ? 0 : (k - 1) * log(l + 1) + exp(k * (log(l + 1) - log(lam))) * expm1(-k * log(l + 1)),
		"weibull-cdf": (l, n, lam, k) => {
			let hazard = 0;
			for (let i = 1; i <= l; i++) hazard += (i / lam) ** k;
			return -hazard;
		},
		"none": l => power(l, 0),
	};
	function weights(kind, theta) {
		const n = kind.lags;
		let w = Array.from({ length: n }, (_, l) => logWeights[kind.name](l, n, ...theta));
		const top = max(...w), low = exp(min(...w) - top);
		if (kind.name === "weibull-pdf") w = w.map(v => low === 1 ? 1 : (exp(v - top) - low) / (1 - low));
		else w = w.map(v => exp(v - (kind.normalized ? top : 0)));
		if (!kind.normalized) return w;
		const sum = w.reduce((a, v) => a + v, 0);
		return w.map(v => v / sum);
	}

	function floats(text) {
		const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0)), view = new DataView(bytes.buffer);
		return Float64Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
	}

	// The model: what a channel brings in each draw, in sales over the horizon,
	// and what the next unit of money would. A steady plan has few different
	// levels of adstock: those before the plateau, the plateau, those after.
	function newModel(data) {
		const { periods, draws, adstock } = data, curve = curves[data.saturation];
		const ramp = min(periods, adstock.lags - 1), n = ramp + adstock.lags;
		const channels = data.channels.map(c => {
			const stock = (c.adstock || []).map(floats), theta = c.saturation.map(floats), levels = new Float64Array(draws * n);
			for (let d = 0; d < draws; d++) {
				const w = weights(adstock, stock.map(p => p[d]));
				for (let j = 0; j < n; j++) {
					const t = j <= ramp ? j : periods + j - ramp - 1;
					let sum = 0;
					for (let l = max(0, t - periods + 1); l <= min(t, adstock.lags - 1); l++) sum += w[l];
					levels[d * n + j] = sum / c.spend_scale;
				}
			}
			const none = new Float64Array(draws);
			return { levels, theta: [0, 1, 2, 3].map(i => theta[i] || none) };
		});
		return {
			respond(c, b) {
				const { levels, theta: [p, q, r, s] } = channels[c], values = new Float64Array(draws), next = new Float64Array(draws);
				for (let d = 0, at = 0; d < draws; d++) {
					let value = 0, more = 0;
					for (let j = 0; j < n; j++, at++) {
						const times = j === ramp ? periods - ramp : 1;
						if (times === 0) continue;
						value += times * curve(levels[at] * b, p[d], q[d], r[d], s[d]);
						more += times * slope[0] * levels[at];
					}
					values[d] = value * data.sales_scale;
					next[d] = more * data.sales_scale / periods;
				}
				return { values, next };
			},
		};
	}

	// The mean and the narrowest interval that holds the share prob of draws.
	function summary(draws, prob) {
		const s = Float64Array.from(draws).sort(), n = s.length, k = min(floor(prob * n), n - 1);
		let mean = 0, at = 0;
		for (const v of draws) mean += v;
		for (let i = 1; i < n - k; i++) if (s[i + k] - s[i] < s[at + k] - s[at]) at = i;
		return { mean: mean / n, low: s[at], high: s[at + k] };
	}

	// Numbers as text, by the rules of the report: two digits of the width of an
	// interval, and for what is known three digits of the number.
	const space = "\u00a0", minus = s => s.replace("-", "−");
	const grouped = (x, decimals) => minus(x.toFixed(decimals)).replace(/\d+/, n => n.replace(/\B(?=(\d{3})+$)/g, ","));
	const amount = x => grouped(x, abs(x) < 100 && x % 1 ? 2 : 0);
	const sizes = [[1e12, 1e12, "tn"], [1e9, 1e9, "bn"], [1e6, 1e6, "M"], [1e4, 1e3, "k"]];
	const magnitude = x => Number(x.toExponential().split("e")[1]);
	function scale(unit, largest, width) {
		const [, size, letter] = sizes.find(s => largest >= s[0]) || [0, 1, ""], name = letter && space + letter;
		let last = largest > 0 ? magnitude(largest / size) - 2 : 0;
		if (width > 0) last = max(magnitude(width / size) - 1, last - 1);
		last = max(last, -6);
		const bare = x => grouped(last > 0 ? Math.round(abs(x) / size / 10 ** last) * 10 ** last : abs(x) / size, max(0, -last));
		const sign = (x, text) => x < 0 && /[1-9]/.test(text) ? "−" : "";
		const full = x => { const text = bare(x); return sign(x, text) + unit + text + name; };
		return { full, range: (low, high) => (unit ? full(low) : sign(low, bare(low)) + bare(low)) + " to " + full(high) };
	}
	const known = (unit, x) => scale(unit, abs(x), 0).full(x);
	const estimate = (unit, { mean, low, high }) => {
		const s = scale(unit, max(abs(mean), abs(low) / 20, abs(high) / 20), high - low);
		return { mean: s.full(mean), range: s.range(low, high) };
	};
	const chance = p => p > 0.995 ? "more than 99" + space + "%" : p < 0.005 ? "less than 1" + space + "%" : percent(p, 0);
	const percent = (x, decimals) => minus((100 * x).toFixed(decimals)) + space + "%";
	const share = x => percent(x, abs(x) >= 0.0995 ? 0 : 1);
	const signed = x => (x >= 0 ? "+" : "") + share(x);

	// What was typed: 769,000 or 769000.5 or 1.2M; NaN if it is none of these.
	function parse(text) {
		const m = /^(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,9})?\s*(k|m|bn?)?$/i.exec(text.trim());
		return m ? Number(m[1].replaceAll(",", "") + (m[2] || "")) * ({ k: 1e3, m: 1e6, b: 1e9 }[(m[3] || "")[0]?.toLowerCase()] || 1) : NaN;
	}

	function start(root) {
		const data = JSON.parse(root.querySelector("script").textContent);
		if (!data.channels) return;
		const model = newModel(data), count = data.channels.length, unit = data.currency || "";
		const [today, best] = data.scenarios, prob = today.response.prob;
		const find = (what, from = root) => from.querySelector(what), out = (name, from) => find(`[data-out="${name}"]`, from);
		const sum = list => list.reduce((a, v) => a + v, 0);
		const money = x => known(unit, x), text = o => estimate(unit, o);
		const horizon = data.periods + " " + data.step + (data.periods === 1 ? "" : "s");

		const plan = today.spend.slice(), parts = plan.map((b, c) => model.respond(c, b));
		function totals(parts) {
			const t = new Float64Array(data.draws);
			for (const p of parts) for (let d = 0; d < t.length; d++) t[d] += p.values[d];
			return t;
		}
		// An outcome is what a plan brings, alone and against today's, by draw.
		let reference = null;
		function outcome(parts) {
			const t = totals(parts), o = { draws: t, ...summary(t, prob) };
			const r = reference || o;
			o.gain = o.mean - r.mean;
			o.beats = t.reduce((n, v, d) => n + (v > r.draws[d]), 0) / t.length;
			o.change = summary(t.map((v, d) => r.draws[d] > 0 ? v / r.draws[d] - 1 : 0), prob);
			return o;
		}
		reference = outcome(parts);
		const optimum = outcome(best.spend.map((b, c) => model.respond(c, b)));
		for (const [got, said] of [[reference, today.response], [optimum, best.response]]) {
			if (["mean", "low", "high"].some(k => !(abs(got[k] - said[k]) <= 1e-5 * (abs(said.mean) + said.sd)))) {
				out("broken").textContent = "The sliders are left out: what the page computes does not agree with what it was given.";
				return;
			}
		}

		// The view.
		const rows = [...root.querySelectorAll("[data-channel]")].map((row, c) => ({
			row, c, slider: find('[type="range"]', row), box: find('[type="text"]', row), change: out("change", row), brings: out("brings", row), next: out("marginal", row),
			note: find("td", row.nextElementSibling), about: data.channels[c],
		}));
		const total = find("[data-total]"), all = { slider: find('[type="range"]', total), box: find('[type="text"]', total), change: out("change", total) };
		const lock = find("[data-lock]"), link = find(".sim-link"), say = find('[role="status"]');
		const table = Object.fromEntries([...root.querySelectorAll("[data-plan]")].map(r => [r.dataset.plan, r]));
		const bound = 1000 * max(...rows.map(r => Number(r.slider.max)), 1);

		function set(control, value, before) {
			control.slider.value = value;
			control.slider.setAttribute("aria-valuetext", money(value) + " per " + data.step);
			control.box.value = amount(value);
			control.box.removeAttribute("aria-invalid");
			control.change.textContent = abs(value - before) <= 1e-9 * before ? "as today" : before > 0 ? signed(value / before - 1) + " vs today" : "new";
		}
		function showRow(r) {
			const b = plan[r.c], { max_spend: top, name } = r.about;
			set(r, b, today.spend[r.c]);
			for (const [cell, draws] of [[r.brings, parts[r.c].values], [r.next, parts[r.c].next]]) {
				const s = summary(draws, prob), endless = s.high > 1e15;
				const { mean, range } = endless ? { mean: "very much", range: "" } : text(s);
				cell.textContent = mean;
				cell.append(Object.assign(document.createElement("small"), { textContent: range }));
			}
			r.note.hidden = b <= top * (1 + 1e-9);
			r.note.textContent = r.note.hidden ? "" : `⚠ ${name} never got more than ${money(top)} in a ${data.step}. What more would bring is the model's assumption, not experience.`;
		}
		function showPlan(key, o, spend, scale) {
			const row = table[key], x = v => 100 * v / scale + "%";
			out("spend", row).textContent = money(spend);
			out("mean", row).textContent = text(o).mean;
			out("interval", row).textContent = text(o).range;
			out("change", row).textContent = abs(o.change.mean) < 0.0005 ? "–" : signed(o.change.mean);
			const bar = find(".sim-bar", row);
			bar.setAttribute("x1", x(o.low));
			bar.setAttribute("x2", x(o.high));
			find(".sim-dot", row).setAttribute("cx", x(o.mean));
		}
		const same = (a, b) => a.every((v, c) => abs(v - b[c]) <= 1e-9 * max(v, b[c]));
		let timer = 0;
		function show(changed = rows) {
			changed.forEach(showRow);
			const now = outcome(parts), spend = sum(plan), before = sum(today.spend), extra = (spend - before) * data.periods;
			set(all, spend, before);
			const scale = 1.05 * max(now.high, reference.high, optimum.high) || 1;
			showPlan("yours", now, spend, scale);
			showPlan("current", reference, before, scale);
			showPlan("optimal", optimum, sum(best.spend), scale);
			const said = text(now), range = `${said.range} (${percent(prob, 0)} interval)`;
			const isToday = same(plan, today.spend), more = now.change.mean >= 0;
			const verdict = isToday ? "This is today's plan." : reference.mean > 0
				? `${share(abs(now.change.mean))} ${more ? "more" : "less"} than today's plan (${signed(now.change.low)} to ${signed(now.change.high)}). We are ${chance(more ? now.beats : 1 - now.beats)} sure that it brings ${more ? "more" : "less"}.`
				: `Today's plan brings nothing.`;
			out("mean").textContent = said.mean;
			out("range").textContent = range;
			out("verdict").textContent = verdict;
			out("cost").textContent = `It costs ${money(spend * data.periods)} over ${horizon}` + (abs(extra) < 0.0005 * before * data.periods ? ", the same as today." : `, ${money(abs(extra))} ${extra > 0 ? "more" : "less"} than today; media bring ${money(abs(now.gain))} ${now.gain >= 0 ? "more" : "less"}.`);
			for (const b of root.querySelectorAll("[data-preset]")) b.setAttribute("aria-pressed", same(plan, preset(b.dataset.preset)));
			clearTimeout(timer);
			timer = setTimeout(() => { say.textContent = `Media bring ${said.mean}, ${range}. ${verdict}`; }, 900);
		}

		// Changes to the plan.
		function put(next) {
			const changed = rows.filter(r => next[r.c] !== plan[r.c]);
			for (const { c } of changed) parts[c] = model.respond(c, plan[c] = next[c]);
			link.hidden = true;
			out("message").textContent = "";
			show(changed);
		}
		const spread = (list, amount) => {
			const whole = sum(list);
			return list.map(v => whole > 0 ? v * (amount / whole) : amount / list.length);
		};
		function setChannel(c, value) {
			if (!lock.checked || count < 2) return put(plan.map((v, i) => i === c ? value : v));
			const whole = sum(plan), others = spread(plan.filter((_, i) => i !== c), max(0, whole - value));
			others.splice(c, 0, min(value, whole));
			put(others);
		}
		const setTotal = value => put(spread(plan, value));
		function preset(key) {
			const s = data.scenarios.find(s => s.id === key);
			return s ? s.spend : plan.map(() => sum(today.spend) / count);
		}
		function bind(control, change) {
			control.slider.addEventListener("input", () => change(Number(control.slider.value)));
			control.box.addEventListener("change", () => {
				const value = parse(control.box.value), ok = value >= 0 && value <= bound;
				if (ok) { change(value); show(rows.filter(r => r === control)); }
				else out("message").textContent = "An amount looks like 769,000 or 1.2M, and is not above " + money(bound) + ".";
				if (!ok) control.box.setAttribute("aria-invalid", "true");
			});
		}
		rows.forEach(r => bind(r, value => setChannel(r.c, value)));
		bind(all, setTotal);
		for (const b of root.querySelectorAll("[data-preset]")) b.addEventListener("click", () => put(preset(b.dataset.preset).slice()));

		// A plan as a link: #id=check:amount,amount,… The check is a hash of the
		// channels' names, so that a link to another report is not misread.
		let check = 0x811c9dc5;
		for (const ch of data.channels.map(c => c.name).join("\n")) check = Math.imul(check ^ ch.codePointAt(0), 0x01000193) >>> 0;
		const mark = "#" + data.id + "=", sign = check.toString(16).padStart(8, "0");
		function fromLink(hash) {
			if (!hash.startsWith(mark)) return;
			const amount = "\\d{1,15}(?:\\.\\d{1,9})?", m = hash.length < 40 * count + 200 && new RegExp(`^([0-9a-f]{8}):(${amount}(?:,${amount})*)$`).exec(hash.slice(mark.length));
			const next = m && m[1] === sign ? m[2].split(",").map(Number) : [];
			if (next.length === count && next.every(v => v <= bound)) put(next);
			else out("message").textContent = "The plan in the link does not belong to this report and was not used.";
		}
		const rename = hash => { try { history.replaceState(null, "", location.href.split("#")[0] + hash); } catch { /* not every place allows it */ } };
		find('[data-act="share"]').addEventListener("click", () => {
			const hash = mark + sign + ":" + plan.map(v => Number(v.toFixed(6))).join(",");
			rename(hash);
			link.value = location.href.split("#")[0] + hash;
			link.hidden = false;
			link.focus();
			link.select();
			const done = text => { out("message").textContent = say.textContent = text; };
			const copied = navigator.clipboard ? navigator.clipboard.writeText(link.value) : Promise.reject();
			copied.then(() => done("The link is copied."), () => done("Copy the link from the field."));
		});
		find('[data-act="reset"]').addEventListener("click", () => {
			lock.checked = false;
			if (location.hash.startsWith(mark)) rename("");
			put(today.spend.slice());
		});
		addEventListener("hashchange", () => fromLink(location.hash));

		show();
		find(".sim-live").hidden = false;
		fromLink(location.hash);
		// For tests, and for who wants to compute in the console.
		root.simulator = { outcome: spends => outcome(spends.map((b, c) => model.respond(c, b))), next: (c, b) => summary(model.respond(c, b).next, prob), known, estimate };
	}
	document.querySelectorAll("[data-simulator]").forEach(start);
})();
