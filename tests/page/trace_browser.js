// trace_browser.js TEARDOWN CAPTURES: the pages of traces in Chromium (browser.js).
"use strict";
const assert = require("assert"), fs = require("fs"), os = require("os"), path = require("path");
const { execFileSync } = require("child_process");
const { PHONE, NARROW, DESK, WALL, open, text_of, screens_of, fits, axe_finds_nothing, run } = require("./browser.js");

const [, , teardown, captures] = process.argv, folder = fs.mkdtempSync(path.join(os.tmpdir(), "teardown-page-"));

// The page of a capture whose name would run.
function traced(name) {
	const hostile = path.join(folder, "<img src=x onerror=alert(1)>.pcap"), html = path.join(folder, name + ".html");
	fs.copyFileSync(path.join(captures, name), hostile);
	execFileSync(teardown, ["trace", hostile, "--html", html]);
	return "file://" + html;
}

// Of many connections, and of one as a ladder.
const urls = ["scan.pcap", "wraps-and-loses.pcap"].map(traced);

async function fits_every_screen(browser) {
	for (const url of urls)
		await fits(browser, url, screens_of([PHONE, NARROW, DESK, WALL], ["light", "dark"]));
}

async function has_no_violations(browser) {
	for (const url of urls)
		await axe_finds_nothing(browser, url, screens_of([PHONE], ["light", "dark"]));
}

// Labels of a ladder do not lie on one another, nor on its states.
async function shows_a_ladder_that_can_be_read(browser) {
	const { page, done } = await open(browser, urls[1], PHONE);
	const met = await page.locator(".ladder text").evaluateAll((texts) => {
		const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
		const meet = (a, b) => a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom;
		return boxes.flatMap(([text, box], i) => boxes.slice(i + 1).filter(([, other]) => meet(box, other))
			.map(([other]) => text + " on " + other));
	});
	assert.deepStrictEqual(met, []);
	// The arrow of what is odd is dashed, its head is not.
	const dashes = (selector) => page.locator(selector).evaluateAll((arrows) =>
		[...new Set(arrows.map((arrow) => getComputedStyle(arrow).strokeDasharray === "none"))]);
	assert.deepStrictEqual(await dashes(".odd .arrow:not(.head)"), [false]);
	assert.deepStrictEqual(await dashes(".head, .arrow:not(.odd *)"), [true]);
	await done();
}

async function says_all_without_a_script_and_in_print(browser) {
	for (const url of urls) {
		const texts = [];
		for (const javaScriptEnabled of [false, true]) {
			const { page, done } = await open(browser, url, DESK, { javaScriptEnabled, colorScheme: "dark" });
			texts.push(await page.locator("h1, p, dd, td, svg text").allTextContents());
			await page.emulateMedia({ media: "print" });
			assert.strictEqual(await page.locator("body").evaluate((body) =>
				getComputedStyle(body).backgroundColor), "rgb(255, 255, 255)");
			await done();
		}
		assert(texts[0].length > 10);
		assert.deepStrictEqual(texts[0], texts[1]);
		assert((await text_of((await open(browser, url, DESK)).page, "h1"))[0].startsWith("<img src=x"));
	}
}

run([fits_every_screen, has_no_violations, shows_a_ladder_that_can_be_read, says_all_without_a_script_and_in_print],
	folder);
