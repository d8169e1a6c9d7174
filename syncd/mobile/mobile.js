"use strict";
/*
 * The page for phones.  What comes from the daemon is only ever put in as
 * text; without the chart library the same figures stand in tables.
 */
(function () {
	const body = document.body;
	const words = body.dataset;
	const at = (id) => document.getElementById(id);
	const number = new Intl.NumberFormat(document.documentElement.lang);

	/* ---- signing in: the code of a link is not sent to anybody ---- */

	const code = at("code");
	if (code !== null) {
		if (location.hash.length > 1) {
			code.value = decodeURIComponent(location.hash.slice(1));
			history.replaceState(null, "", location.pathname);
		}
		code.focus();
		return;
	}

	/* ---- tabs ---- */

	const tabs = Array.from(document.querySelectorAll("[role=tab]"));

	function show(tab, focus) {
		for (const t of tabs) {
			const chosen = t === tab;

			t.setAttribute("aria-selected", String(chosen));
			t.tabIndex = chosen ? 0 : -1;
			at(t.getAttribute("aria-controls")).hidden = !chosen;
		}
		if (focus)
			tab.focus();
		draw();
	}

	for (const [i, tab] of tabs.entries()) {
		tab.addEventListener("click", () => show(tab, false));
		tab.addEventListener("keydown", (e) => {
			const to = { ArrowLeft: i - 1, ArrowRight: i + 1,
			    Home: 0, End: tabs.length - 1 }[e.key];

			if (to === undefined)
				return;
			e.preventDefault();
			show(tabs[(to + tabs.length) % tabs.length], true);
		});
	}

	/* ---- figures ---- */

	function span(seconds) {
		const h = Math.floor(seconds / 3600);
		const m = Math.floor(seconds / 60) % 60;
		const two = (n) => String(n).padStart(2, "0");

		return h > 0 ? h + ":" + two(m) + " h"
		    : m + ":" + two(Math.floor(seconds) % 60) + " min";
	}

	function size(bytes) {
		if (bytes >= 1048576)
			return number.format(Math.round(bytes / 104857.6) / 10) +
			    " MiB";
		return number.format(Math.ceil(bytes / 1024)) + " KiB";
	}

	const percent = (n) => n === null ? "\u2013" : number.format(n) + " %";

	function row(cells) {
		const tr = document.createElement("tr");

		cells.forEach((text, i) => {
			const cell = document.createElement(i === 0 ? "th" : "td");

			if (i === 0)
				cell.scope = "row";
			cell.textContent = text;
			tr.append(cell);
		});
		return tr;
	}

	function fill(id, rows) {
		at(id + "-rows").replaceChildren(...rows);
		at(id + "-none").hidden = rows.length > 0;
		at(id + "-table").hidden = rows.length === 0;
	}

	/* ---- charts ---- */

	const charts = {};
	const latest = { hours: [], team: [] };
	const style = getComputedStyle(document.documentElement);
	const colour = (name) => style.getPropertyValue("--" + name).trim();

	function chart(id, labels, sets) {
		const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
		const axis = {
			beginAtZero: true,
			grid: { color: colour("text") + "22" },
			ticks: {
				color: colour("text"),
				/* Of hours some may be left out, of people none. */
				maxRotation: id === "hours-chart" ? 0 : 50,
				precision: 0,
			},
		};

		if (typeof Chart === "undefined") {
			at(id).closest("figure").hidden = true;
			return;
		}
		Chart.defaults.font.family = getComputedStyle(body).fontFamily;
		if (charts[id] === undefined)
			charts[id] = new Chart(at(id), {
				type: "bar",
				data: { labels: [], datasets: [] },
				options: {
					animation: still ? false : { duration: 250 },
					maintainAspectRatio: false,
					plugins: { legend: {
						labels: { color: colour("text") },
					} },
					scales: { x: axis, y: axis },
				},
			});
		charts[id].data.labels = labels;
		charts[id].data.datasets = sets.map(([label, data, name]) => ({
			label, data, backgroundColor: colour(name),
			maxBarThickness: 48,
		}));
		charts[id].update();
	}

	const short = (name) => name.length > 14 ?
	    name.slice(0, 13) + "\u2026" : name;

	/* A chart in a panel that is not shown has no size. */
	function draw() {
		if (!at("dashboard").hidden)
			chart("hours-chart", latest.hours.map((h) => h.hour + " h"), [
				[words.calls, latest.hours.map((h) => h.calls), "accent"],
				[words.sales, latest.hours.map((h) => h.sales), "good"],
			]);
		if (!at("team").hidden)
			chart("team-chart", latest.team.map((o) => short(o.name)), [
				[words.calls, latest.team.map((o) => o.calls), "accent"],
				[words.sales, latest.team.map((o) => o.sales), "good"],
			]);
	}

	/* Those with calls and some beside them: a few bars are not a wall. */
	function around(hours, first, last) {
		const n = Math.min(24, Math.max(9, last - first + 3));
		const from = Math.floor((first + last + 1 - n) / 2);
		const at = Math.max(0, Math.min(from, hours.length - n));

		return hours.slice(at, at + n);
	}

	/* ---- what is told ---- */

	const hear = {
		metrics_update(m) {
			at("calls").textContent = number.format(m.calls_today);
			at("sales").textContent = number.format(m.sales_today);
			at("rate").textContent = percent(m.success_rate);
			at("time").textContent = span(m.total_talk_time);
		},
		team_update(team) {
			latest.team = team;
			fill("team", team.map((o) => row([o.name,
			    number.format(o.calls), number.format(o.sales),
			    percent(o.success_rate)])));
			draw();
		},
		hours_update(hours) {
			const first = hours.findIndex((h) => h.calls > 0);
			const last = hours.findLastIndex((h) => h.calls > 0);

			latest.hours = first < 0 ? [] : around(hours, first, last);
			draw();
		},
		recordings_update(list) {
			fill("recordings", list.map((r) => row([
			    r.contact_name || words.unknown,
			    new Date(r.start_time).toLocaleString(
				document.documentElement.lang,
				{ dateStyle: "short", timeStyle: "short" }),
			    span(r.duration_seconds), size(r.file_size_bytes)])));
		},
	};

	const events = new EventSource("/events");

	for (const [name, fn] of Object.entries(hear))
		events.addEventListener(name, (e) => {
			fn(JSON.parse(e.data));
			body.dataset.heard = (body.dataset.heard || "") + " " + name;
		});
	events.addEventListener("open", () => {
		at("state").textContent = words.live;
	});
	events.addEventListener("error", () => {
		at("state").textContent = words.lost;
		if (events.readyState === EventSource.CLOSED)
			setTimeout(() => location.reload(), 3000);
	});
	show(tabs[0], false);
})();
