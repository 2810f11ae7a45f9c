"use strict";
// What a page cannot do without a script: sort the table, choose which lines are shown, read values
// off the charts, and unpack the files. Without it everything is there, and stands still.
const data = JSON.parse(document.getElementById("plots").textContent);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const SVG = "http://www.w3.org/2000/svg", NAME_GAP = 13;

// Sorting: up, down, and back to the order of the page. A strategy's rows are one tbody.
function sortable(table) {
	const bodies = all("tbody", table), heads = all("thead th", table);
	const value = (body, column) => {
		const cell = body.rows[0].cells[column];
		return cell.dataset.v ?? cell.textContent;
	};
	const compare = (a, b) => {
		const numbers = a !== "" && b !== "" && !isNaN(a) && !isNaN(b);
		return numbers ? a - b : isNaN(a) !== isNaN(b) ? isNaN(a) - isNaN(b) : a < b ? -1 : a > b ? 1 : 0;
	};
	heads.forEach((head, column) => {
		const button = document.createElement("button");
		button.type = "button";
		button.append(...head.childNodes);
		head.append(button);
		button.addEventListener("click", () => {
			const was = head.getAttribute("aria-sort");
			const now = !was ? "descending" : was === "descending" ? "ascending" : null;
			heads.forEach(other => other.removeAttribute("aria-sort"));
			table.classList.toggle("sorted", now !== null);
			if (now)
				head.setAttribute("aria-sort", now);
			const sign = now === "descending" ? -1 : 1;
			const rows = bodies.filter(body => !body.classList.contains("group"));
			rows.sort((a, b) => sign * compare(value(a, column), value(b, column)));
			table.append(...(now ? rows : bodies));
		});
	});
}

// The value that stands nearest to a place, of place, value, place, value, …
function nearest(points, place) {
	let best = 0;
	for (let i = 0; i < points.length; i += 2)
		if (Math.abs(points[i] - place) < Math.abs(points[best] - place))
			best = i;
	return points[best + 1];
}

const boxes = all("input[data-s]");
// A strategy without a box has no line to be chosen, or one that is always there.
const shown = new Set(Object.keys(data.names));
boxes.filter(box => !box.checked).forEach(box => shown.delete(box.dataset.s));
const plots = all(".plot").map(element => ({ element, ...data.plots[element.dataset.chart] }));
plots.forEach(plot => plot.places = plot.at.flatMap(([place], i) => [place, i]));

function format(number) {
	return number.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}

// The crosshair of all charts that have this axis: each where it has a point nearest to the place.
function read(axis, at) {
	for (const plot of plots.filter(other => other.axis === axis)) {
		plot.index = nearest(plot.places, at);
		const [place, label] = plot.at[plot.index];
		plot.cross.setAttribute("d", `M${place} 0V200`);
		const values = Object.entries(plot.lines).filter(([s, { points }]) => shown.has(s) && points.at(-2) > place - 9);
		plot.output.textContent = `${label}: ` + values.map(([s, line]) =>
			`${data.names[s]} ${format(nearest(line.points, place))}${plot.unit}`).join(" · ");
	}
}

function readable(plot) {
	const drawing = plot.element.querySelector(".drawing");
	plot.output = plot.element.querySelector(".read");
	plot.output.textContent = "Point at the chart, or use the arrow keys, to read its values.";
	plot.cross = document.createElementNS(SVG, "path");
	plot.cross.setAttribute("class", "at");
	drawing.append(plot.cross);
	drawing.setAttribute("tabindex", "0");
	drawing.addEventListener("pointermove", event => {
		const box = drawing.getBoundingClientRect();
		read(plot.axis, 1000 * (event.clientX - box.left) / box.width);
	});
	drawing.addEventListener("keydown", event => {
		const last = plot.at.length - 1, from = plot.index ?? -1;
		const to = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: last }[event.key];
		if (to === undefined)
			return;
		event.preventDefault();
		read(plot.axis, plot.at[Math.max(0, Math.min(last, to))][0]);
	});
}

// The names at the ends of the lines that are shown, none on another.
function nameEnds(plot) {
	const ends = plot.element.querySelector(".ends");
	const names = Object.entries(plot.lines).filter(([s]) => shown.has(s))
		.map(([s, line]) => ({ s, y: line.end + 4 })).sort((a, b) => a.y - b.y);
	names.forEach((name, i) => name.y = Math.max(name.y, i ? names[i - 1].y + NAME_GAP : 9));
	for (let i = names.length - 1, most = 196; i >= 0; i--, most = names[i + 1].y - NAME_GAP)
		names[i].y = Math.min(names[i].y, most);
	ends.replaceChildren(...names.map(({ s, y }) => {
		const text = document.createElementNS(SVG, "text");
		text.setAttribute("class", plot.element.querySelector(`g[data-s="${s}"]`).classList[0]);
		text.setAttribute("x", 4);
		text.setAttribute("y", y);
		text.textContent = data.names[s];
		return text;
	}));
}

function choose(box) {
	shown[box.checked ? "add" : "delete"](box.dataset.s);
	all(`.plot g[data-s="${box.dataset.s}"]`).forEach(line => line.classList.toggle("off", !box.checked));
	plots.forEach(nameEnds);
	for (const plot of plots)
		if (plot.index !== undefined)
			read(plot.axis, plot.at[plot.index][0]);
}

// A file lies in its link as gzip; with a script it comes out as what it is.
async function unpack(event) {
	const link = event.currentTarget;
	event.preventDefault();
	const bytes = Uint8Array.from(atob(link.href.split(",")[1]), c => c.charCodeAt(0));
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
	const plain = document.createElement("a");
	plain.href = URL.createObjectURL(new Blob([await new Response(stream).blob()], { type: link.dataset.type }));
	plain.download = link.download.replace(/\.gz$/, "");
	plain.click();
	URL.revokeObjectURL(plain.href);
}

all(".strategies, .sortable").forEach(sortable);
plots.forEach(readable);
boxes.forEach(box => {
	box.hidden = false;
	box.addEventListener("change", () => choose(box));
});
if (window.DecompressionStream)
	all("a[data-type]").forEach(link => link.addEventListener("click", unpack));
