// lab_browser.js TEARDOWN: the page of lessons in Chromium (browser.js).
"use strict";
const assert = require("assert"), fs = require("fs"), os = require("os"), path = require("path");
const { spawnSync } = require("child_process");
const { PHONE, NARROW, DESK, WALL, open, screens_of, fits, axe_finds_nothing, run } = require("./browser.js");

const [, , teardown] = process.argv, folder = fs.mkdtempSync(path.join(os.tmpdir(), "teardown-page-"));
const html = path.join(folder, "lab.html"), url = "file://" + html;
const played = spawnSync(teardown, ["lab", "lost-last-ack", "unread-data", "delivery", "--html", html]);
if (played.status === 3) {
	console.log("skipped: " + played.stderr);
	process.exit(77);
}
assert.strictEqual(played.status, 0, String(played.stderr));

async function fits_every_screen(browser) {
	await fits(browser, url, screens_of([PHONE, NARROW, DESK, WALL], ["light", "dark"]));
}

async function has_no_violations(browser) {
	await axe_finds_nothing(browser, url, screens_of([PHONE], ["light", "dark"]));
}

// A statement leads to its lesson, whose heading is then in sight.
async function leads_to_the_lesson(browser) {
	const { page, done } = await open(browser, url, DESK, { reducedMotion: "reduce" });
	await page.locator("a[href='#delivery']").first().click();
	await page.waitForFunction(() => {
		const { top } = document.querySelector("#delivery h2").getBoundingClientRect();
		return top >= 0 && top < innerHeight;
	});
	await done();
}

run([fits_every_screen, has_no_violations, leads_to_the_lesson], folder);
