// hgrm_compare.js PROGRAM: the .hgrm of our histogram, line by line, against npm's hdr-histogram-js
// on the same samples. Exits 77 where that module is not there. Node looks for it in the folders of
// NODE_PATH, and in node_modules above this file.
"use strict";
const fs = require("fs"), os = require("os"), path = require("path");
const { execFileSync } = require("child_process");

let hdr;
try {
	hdr = require("hdr-histogram-js");
} catch (error) {
	console.log("skipped: no module hdr-histogram-js (npm install hdr-histogram-js)");
	process.exit(77);
}

// Lines [value, quantile, count] of the table, and the numbers at its foot.
function parse(text) {
	const levels = [], foot = {};
	for (const line of text.split("\n")) {
		const numbers = line.trim().split(/\s+/).map(Number);
		if (line.startsWith("#"))
			for (const [, name, value] of line.matchAll(/([A-Z]\w+(?: count)?)\s*=\s*([\d.]+)/g))
				foot[name] = Number(value);
		else if (numbers.length >= 3 && numbers.every((n) => !Number.isNaN(n)))
			levels.push(numbers.slice(0, 3));
	}
	return { levels, foot };
}

function near(ours, theirs, share, what) {
	if (Math.abs(ours - theirs) > share * theirs + 0.0015)
		throw new Error(`${what}: ours is ${ours}, hdr-histogram-js says ${theirs}`);
}

function compare(ours, theirs) {
	if (ours.levels.length !== theirs.levels.length)
		throw new Error(`${ours.levels.length} lines, not ${theirs.levels.length}`);
	ours.levels.forEach(([value, quantile, count], i) => {
		const [their_value, their_quantile, their_count] = theirs.levels[i];
		// The last bin ends with our exact maximum.
		near(value, their_value, value === ours.foot.Max ? 0.001 : 0, `line ${i}, value`);
		near(quantile, their_quantile, 0, `line ${i}, quantile`);
		if (count !== their_count)
			throw new Error(`line ${i}: count ${count}, not ${their_count}`);
	});
	// Theirs are of bins, ours are exact: within half a bin.
	for (const name of ["Mean", "StdDeviation", "Max", "Total count"])
		near(ours.foot[name], theirs.foot[name], 0.001, name);
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "teardown-hgrm-"));
try {
	const samples = path.join(folder, "samples"), hgrm = path.join(folder, "hgrm");
	execFileSync(process.argv[2], [samples, hgrm]);
	const other = hdr.build({
		bitBucketSize: 64,
		lowestDiscernibleValue: 1,
		highestTrackableValue: 100e9,
		numberOfSignificantValueDigits: 3,
	});
	for (const line of fs.readFileSync(samples, "utf8").trim().split("\n"))
		other.recordValue(Number(line));
	const ours = parse(fs.readFileSync(hgrm, "utf8"));
	compare(ours, parse(other.outputPercentileDistribution(5, 1000)));
	console.log(`${ours.levels.length} lines agree`);
} finally {
	fs.rmSync(folder, { recursive: true });
}
