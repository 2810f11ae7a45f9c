// plan_browser.js TEARDOWN: the page of a plan in Chromium (browser.js), with what was simulated.
"use strict";
const assert = require("assert"), fs = require("fs"), os = require("os"), path = require("path");
const { spawnSync } = require("child_process");
const { PHONE, NARROW, DESK, open, text_of, screens_of, fits, axe_finds_nothing, run } = require("./browser.js");

const [, , teardown] = process.argv, folder = fs.mkdtempSync(path.join(os.tmpdir(), "teardown-page-"));
const html = path.join(folder, "plan.html"), url = "file://" + html;
const planned = spawnSync(teardown, ["plan", "--rate", "440/s", "-s", "client-close,graceful,wide-ports,server-close",
	"--pause", "500ms", "--simulate", "--duration", "3m", "--destinations", "12", "--zipf", "1", "--html", html]);
assert.strictEqual(planned.status, 0, String(planned.stderr));

async function fits_every_screen(browser) {
	await fits(browser, url, screens_of([PHONE, NARROW, DESK], ["light"]));
}

async function has_no_violations(browser) {
	await axe_finds_nothing(browser, url, screens_of([PHONE], ["light", "dark"]));
}

// Most TIME_WAITs at the clients first, then last, then as it was.
async function sorts_its_table(browser) {
	const { page, done } = await open(browser, url, DESK);
	const heading = page.locator("table.sortable th", { hasText: "TIME_WAIT each client" });
	const numbers = async () => (await text_of(page, "table.sortable tbody td:nth-child(8)")).map((text) => Number(text.replace(/,/g, "")));
	const before = await numbers(), ascending = [...before].sort((a, b) => a - b);
	assert.deepStrictEqual([before.length, new Set(before).size], [4, 2], before);
	for (const wanted of [[...ascending].reverse(), ascending, before]) {
		await heading.click();
		assert.deepStrictEqual(await numbers(), wanted);
	}
	await done();
}

run([fits_every_screen, has_no_violations, sorts_its_table], folder);
